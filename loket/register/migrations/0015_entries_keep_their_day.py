from django.db import migrations

# Place and number of an entry never change (entries_stay); its day and its case stay too, and a spoiled one is
# spoiled for good.
KEPT = """
CREATE FUNCTION register_refuse_other_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the register stay on their day';
END
$$;
CREATE TRIGGER register_civilrecord_keeps_day BEFORE UPDATE ON register_civilrecord
    FOR EACH ROW WHEN ((NEW.recorded_on, NEW.case_ref, NEW.created_at) IS DISTINCT FROM
                       (OLD.recorded_on, OLD.case_ref, OLD.created_at)
                       OR (OLD.spoiled_at IS NOT NULL AND NEW.spoiled_at IS DISTINCT FROM OLD.spoiled_at))
    EXECUTE FUNCTION register_refuse_other_day();
"""
NOT_KEPT = """
DROP TRIGGER register_civilrecord_keeps_day ON register_civilrecord;
DROP FUNCTION register_refuse_other_day();
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0014_move_letters")]
    operations = [migrations.RunSQL(KEPT, NOT_KEPT)]
