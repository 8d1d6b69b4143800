import django.db.models.deletion
from django.db import migrations, models

# The database itself keeps revisions as they were published: no change, no removal, and a definition that is
# what its hash says.
IMMUTABLE = """
CREATE FUNCTION catalogue_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'published revisions are immutable: % refused', TG_OP;
END
$$;
CREATE TRIGGER catalogue_revision_immutable BEFORE UPDATE OR DELETE ON catalogue_servicerevision
    FOR EACH ROW EXECUTE FUNCTION catalogue_refuse_change();
CREATE TRIGGER catalogue_revision_kept BEFORE TRUNCATE ON catalogue_servicerevision
    FOR EACH STATEMENT EXECUTE FUNCTION catalogue_refuse_change();
ALTER TABLE catalogue_servicerevision ADD CONSTRAINT catalogue_revision_hash_true
    CHECK (content_hash = encode(sha256(convert_to(definition, 'UTF8')), 'hex'));
"""
MUTABLE = """
ALTER TABLE catalogue_servicerevision DROP CONSTRAINT catalogue_revision_hash_true;
DROP TRIGGER catalogue_revision_kept ON catalogue_servicerevision;
DROP TRIGGER catalogue_revision_immutable ON catalogue_servicerevision;
DROP FUNCTION catalogue_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("offices", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="ServiceRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service", models.CharField(max_length=50)),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("service_number", models.CharField(max_length=20)),
                ("group", models.CharField(max_length=200)),
                ("effective_from", models.DateField()),
                ("content_hash", models.CharField(max_length=64)),
                ("definition", models.TextField()),
                ("published_at", models.DateTimeField()),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="service_revisions",
                        to="offices.office",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["office", "service", "-effective_from", "-number"],
                        name="catalogue_revision_in_force",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("office", "service", "number"), name="catalogue_revision_number_once"
                    ),
                    models.UniqueConstraint(
                        fields=("office", "service", "content_hash"), name="catalogue_revision_content_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="catalogue_revision_number_from_one"
                    ),
                ],
            },
        ),
        migrations.RunSQL(IMMUTABLE, MUTABLE),
    ]
