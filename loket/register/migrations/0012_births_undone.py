from django.db import migrations

# A birth that is undone takes the child out of the register again; its entry stays in the book and then names
# nobody. Only the child whose akta kelahiran it is may leave an entry, and come back to it when the birth is
# recorded anew; nobody else's akta changes hands.
BIRTHS_UNDONE = """
CREATE OR REPLACE FUNCTION register_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.office_id, NEW.book, NEW.year, NEW.entry, NEW.number)
          = (OLD.id, OLD.office_id, OLD.book, OLD.year, OLD.entry, OLD.number)
        AND (NEW.resident_id IS NOT DISTINCT FROM OLD.resident_id
             OR ((NEW.resident_id IS NULL OR OLD.resident_id IS NULL)
                 AND EXISTS (SELECT 1 FROM register_resident AS child
                              WHERE child.id = coalesce(NEW.resident_id, OLD.resident_id)
                                AND child.birth_certificate = OLD.number)))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entries of the register stay: % refused', TG_OP;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0011_held_documents")]
    operations = [migrations.RunSQL(BIRTHS_UNDONE, migrations.RunSQL.noop)]
