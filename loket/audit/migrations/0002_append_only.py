from django.db import migrations

# The journal only grows. The one change allowed is the sealing of a row that was not sealed yet.
APPEND_ONLY = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq IS NOT NULL
        AND (NEW.id, NEW.at, NEW.office_code, NEW.action, NEW.subject, NEW.actor, NEW.details)
          = (OLD.id, OLD.at, OLD.office_code, OLD.action, OLD.subject, OLD.actor, OLD.details)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the journal is append-only: % refused', TG_OP;
END
$$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_entry_kept BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
CHANGEABLE = """
DROP TRIGGER audit_entry_kept ON audit_entry;
DROP TRIGGER audit_entry_append_only ON audit_entry;
DROP FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(APPEND_ONLY, CHANGEABLE)]
