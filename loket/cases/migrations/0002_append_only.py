from django.db import migrations

# What happened to a case is only ever added to.
APPEND_ONLY = """
CREATE FUNCTION cases_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events of cases are append-only: % refused', TG_OP;
END
$$;
CREATE TRIGGER cases_event_append_only BEFORE UPDATE OR DELETE ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_change();
CREATE TRIGGER cases_event_kept BEFORE TRUNCATE ON cases_caseevent
    FOR EACH STATEMENT EXECUTE FUNCTION cases_refuse_change();
"""
CHANGEABLE = """
DROP TRIGGER cases_event_kept ON cases_caseevent;
DROP TRIGGER cases_event_append_only ON cases_caseevent;
DROP FUNCTION cases_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(APPEND_ONLY, CHANGEABLE)]
