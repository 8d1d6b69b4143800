import django.db.models.deletion
from django.db import migrations, models

# The rows follow the cases whoever changes them, also the release before this one. The computing of very many
# deadlines says `loket.inbox_rows = 'mine'` and writes them itself, in one statement for thousands.
FOLLOW = """
CREATE FUNCTION cases_follow_inbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.state = 'open' THEN
        INSERT INTO cases_inboxrow (case_id, office_id, step_role, step_kind, deadline_at, submitted_at)
        VALUES (NEW.id, NEW.office_id, NEW.step_role, NEW.step_kind, NEW.deadline_at, NEW.submitted_at)
        ON CONFLICT (case_id) DO UPDATE SET
            (office_id, step_role, step_kind, deadline_at, submitted_at)
            = (EXCLUDED.office_id, EXCLUDED.step_role, EXCLUDED.step_kind, EXCLUDED.deadline_at,
               EXCLUDED.submitted_at);
    ELSE
        DELETE FROM cases_inboxrow WHERE case_id = OLD.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_inbox_of_new AFTER INSERT ON cases_case
    FOR EACH ROW WHEN (NEW.state = 'open') EXECUTE FUNCTION cases_follow_inbox();
CREATE TRIGGER cases_inbox_of_changed AFTER UPDATE ON cases_case
    FOR EACH ROW WHEN (
        (OLD.state = 'open' OR NEW.state = 'open')
        AND (OLD.state, OLD.office_id, OLD.step_role, OLD.step_kind, OLD.deadline_at, OLD.submitted_at)
            IS DISTINCT FROM
            (NEW.state, NEW.office_id, NEW.step_role, NEW.step_kind, NEW.deadline_at, NEW.submitted_at)
        AND current_setting('loket.inbox_rows', true) IS DISTINCT FROM 'mine'
    ) EXECUTE FUNCTION cases_follow_inbox();
CREATE TRIGGER cases_inbox_of_gone AFTER DELETE ON cases_case
    FOR EACH ROW WHEN (OLD.state = 'open') EXECUTE FUNCTION cases_follow_inbox();
INSERT INTO cases_inboxrow (case_id, office_id, step_role, step_kind, deadline_at, submitted_at)
SELECT id, office_id, step_role, step_kind, deadline_at, submitted_at FROM cases_case WHERE state = 'open';
"""
FORGET = """
DROP TRIGGER cases_inbox_of_gone ON cases_case;
DROP TRIGGER cases_inbox_of_changed ON cases_case;
DROP TRIGGER cases_inbox_of_new ON cases_case;
DROP FUNCTION cases_follow_inbox();
"""
# Room on each page for the new version of a row beside the old one: without it every index is written again.
ROOM = "ALTER TABLE cases_case SET (fillfactor = 75); ALTER TABLE cases_inboxrow SET (fillfactor = 75)"
NO_ROOM = "ALTER TABLE cases_case RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_paper_entry"), ("offices", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="InboxRow",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="inbox_row",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("step_role", models.SlugField(db_index=False)),
                ("step_kind", models.CharField(max_length=20)),
                ("deadline_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField()),
                (
                    "office",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="offices.office",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["office", "step_role", "deadline_at", "submitted_at"],
                        name="cases_inbox_order",
                    )
                ],
            },
        ),
        migrations.RunSQL(FOLLOW, FORGET),
        migrations.RunSQL(ROOM, NO_ROOM),
        migrations.RemoveIndex(model_name="case", name="cases_inbox"),
    ]
