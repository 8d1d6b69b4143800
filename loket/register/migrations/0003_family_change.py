import django.db.models.deletion
from django.db import migrations, models

# What a case changed of a family is never removed, and stays that case's.
CHANGES_STAY = """
CREATE FUNCTION register_refuse_family_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.office_id, NEW.case_ref, NEW.created_at)
          = (OLD.id, OLD.office_id, OLD.case_ref, OLD.created_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'changes of families stay: % refused', TG_OP;
END
$$;
CREATE TRIGGER register_familychange_stays BEFORE UPDATE OR DELETE ON register_familychange
    FOR EACH ROW EXECUTE FUNCTION register_refuse_family_change();
CREATE TRIGGER register_familychange_kept BEFORE TRUNCATE ON register_familychange
    FOR EACH STATEMENT EXECUTE FUNCTION register_refuse_family_change();
"""
CHANGES_GO = """
DROP TRIGGER register_familychange_kept ON register_familychange;
DROP TRIGGER register_familychange_stays ON register_familychange;
DROP FUNCTION register_refuse_family_change();
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0001_initial"), ("register", "0002_entries_stay")]
    operations = [
        migrations.CreateModel(
            name="FamilyChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new_household", "Membentuk rumah tangga baru"),
                            ("lost_or_damaged", "Kartu Keluarga hilang/rusak"),
                            ("other", "Lainnya"),
                        ],
                        max_length=20,
                    ),
                ),
                ("case_ref", models.CharField(max_length=60)),
                ("facts", models.JSONField()),
                ("recorded_by", models.CharField(max_length=60)),
                ("created_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField()),
                ("reverted_at", models.DateTimeField(null=True)),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="register.family",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="family_changes",
                        to="offices.office",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["case_ref"], name="register_family_change_case_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["new_household", "lost_or_damaged", "other"])),
                        name="register_family_change_kind",
                    ),
                ]
            },
        ),
        migrations.RunSQL(CHANGES_STAY, CHANGES_GO),
    ]
