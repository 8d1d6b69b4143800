import django.db.models.deletion
from django.db import migrations, models

# An akta may be about somebody whom the register does not know: then it names no resident, before as after.
ENTRIES_STAY = """
CREATE OR REPLACE FUNCTION register_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.office_id, NEW.book, NEW.year, NEW.entry, NEW.number)
          = (OLD.id, OLD.office_id, OLD.book, OLD.year, OLD.entry, OLD.number)
        AND NEW.resident_id IS NOT DISTINCT FROM OLD.resident_id
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entries of the register stay: % refused', TG_OP;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0006_data_access")]
    operations = [
        migrations.AlterField(
            model_name="civilrecord",
            name="resident",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="civil_records",
                to="register.resident",
            ),
        ),
        migrations.RunSQL(ENTRIES_STAY, migrations.RunSQL.noop),
    ]
