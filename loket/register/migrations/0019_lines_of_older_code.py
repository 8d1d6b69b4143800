from django.db import migrations

# Code from before the books had lines writes entries alone: it runs on this schema after a rollback. Its entries
# get their line here, so that the book has no gap when the newer code goes on.
LINES = """
CREATE FUNCTION register_line_of_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM register_bookline l WHERE (l.office_id, l.book, l.year, l.entry)
                                                  = (NEW.office_id, NEW.book, NEW.year, NEW.entry))
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO register_registerbook (office_id, book) VALUES (NEW.office_id, NEW.book) ON CONFLICT DO NOTHING;
    INSERT INTO register_bookline (office_id, book, year, entry, number, day, ref, given_at, given_by,
                                   spoiled_by, spoiled_reason, replaced_by)
    VALUES (NEW.office_id, NEW.book, NEW.year, NEW.entry, NEW.number, NEW.recorded_on, NEW.case_ref,
            NEW.created_at, NEW.recorded_by, '', '', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER register_civilrecord_line AFTER INSERT ON register_civilrecord
    FOR EACH ROW WHEN (NEW.source = 'own') EXECUTE FUNCTION register_line_of_entry();
"""
NO_LINES = """
DROP TRIGGER register_civilrecord_line ON register_civilrecord;
DROP FUNCTION register_line_of_entry();
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0018_marriage")]
    operations = [migrations.RunSQL(LINES, NO_LINES)]
