from django.db import migrations

# An entry of a register book is never removed, and its place and number never change.
ENTRIES_STAY = """
CREATE FUNCTION register_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.office_id, NEW.book, NEW.year, NEW.entry, NEW.number, NEW.resident_id)
          = (OLD.id, OLD.office_id, OLD.book, OLD.year, OLD.entry, OLD.number, OLD.resident_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entries of the register stay: % refused', TG_OP;
END
$$;
CREATE TRIGGER register_civilrecord_stays BEFORE UPDATE OR DELETE ON register_civilrecord
    FOR EACH ROW EXECUTE FUNCTION register_refuse_change();
CREATE TRIGGER register_civilrecord_kept BEFORE TRUNCATE ON register_civilrecord
    FOR EACH STATEMENT EXECUTE FUNCTION register_refuse_change();
"""
ENTRIES_GO = """
DROP TRIGGER register_civilrecord_kept ON register_civilrecord;
DROP TRIGGER register_civilrecord_stays ON register_civilrecord;
DROP FUNCTION register_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]
    operations = [migrations.RunSQL(ENTRIES_STAY, ENTRIES_GO)]
