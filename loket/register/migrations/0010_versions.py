from django.db import migrations, models

# What the register knew before a change, and what it knows of the past, is kept by the database itself: no door
# can forget it. A live row is true from `valid_from` on, as known from `recorded_from` on; register_version holds
# every other rectangle of days and moments. Whoever records an event says from which day it is true, and when
# "now" is, in two settings of the transaction; without them it is today.
MOMENTS = """
CREATE FUNCTION register_moment() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('loket.moment', true), '')::timestamptz, now())
$$;
CREATE FUNCTION register_valid_day() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('loket.valid_day', true), '')::date,
                    (register_moment() AT TIME ZONE 'Asia/Jakarta')::date)
$$;
"""
NO_MOMENTS = "DROP FUNCTION register_valid_day(); DROP FUNCTION register_moment();"

# No row is known in two ways on one day at one moment. The kinds are told apart by ranges, since an exclusion
# over plain columns would need an extension that not every server has.
ONE_TRUTH = """
CREATE FUNCTION register_version_place(kind text, row_id bigint) RETURNS int8range
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT int8range(place, place, '[]')
      FROM (SELECT row_id * 4 + array_position(ARRAY['resident', 'family', 'membership'], kind)) AS p (place)
$$;
ALTER TABLE register_version ADD CONSTRAINT register_version_one_truth EXCLUDE USING gist (
    register_version_place(kind, row_id) WITH &&,
    daterange(valid_from, valid_to) WITH &&,
    tstzrange(recorded_from, recorded_to) WITH &&
);
CREATE INDEX register_version_family ON register_version (((data ->> 'family_id')::bigint))
    WHERE kind = 'membership';
CREATE INDEX register_version_member ON register_version (((data ->> 'resident_id')::bigint))
    WHERE kind = 'membership';
"""
TWO_TRUTHS = """
DROP INDEX register_version_member;
DROP INDEX register_version_family;
ALTER TABLE register_version DROP CONSTRAINT register_version_one_truth;
DROP FUNCTION register_version_place(text, bigint);
"""

KEPT = """
-- A row without what says when it is known.
CREATE FUNCTION register_plain(row_data jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT row_data - '{id,valid_from,recorded_from}'::text[]
$$;
-- What is known now of a row's past ends at `moment`; what began to be known at that same moment never was.
CREATE FUNCTION register_forget(version bigint, moment timestamptz) RETURNS void LANGUAGE sql AS $$
    DELETE FROM register_version WHERE id = version AND recorded_from >= moment;
    UPDATE register_version SET recorded_to = moment WHERE id = version AND recorded_from < moment;
$$;
CREATE FUNCTION register_know(
    kind text, row_id bigint, data jsonb, valid_from date, valid_to date, known timestamptz, until timestamptz
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO register_version (kind, row_id, data, valid_from, valid_to, recorded_from, recorded_to)
    SELECT kind, row_id, data, valid_from, valid_to, known, until
     WHERE (valid_to IS NULL OR valid_from < valid_to) AND (until IS NULL OR known < until)
$$;
CREATE FUNCTION register_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what text := TG_ARGV[0];
    before jsonb := register_plain(to_jsonb(OLD));
    after jsonb;
    changed jsonb;
    day date := register_valid_day();
    moment timestamptz := greatest(register_moment(), OLD.recorded_from);
    piece register_version;
    reached date;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        after := register_plain(to_jsonb(NEW));
        NEW.valid_from := OLD.valid_from;
        NEW.recorded_from := OLD.recorded_from;
        IF after = before THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM register_know(what, OLD.id, before, OLD.valid_from, NULL, OLD.recorded_from, moment);
    IF TG_OP = 'DELETE' THEN
        PERFORM register_forget(v.id, moment) FROM register_version v
          WHERE v.kind = what AND v.row_id = OLD.id AND v.recorded_to IS NULL;
        RETURN OLD;
    END IF;
    NEW.recorded_from := moment;
    IF day > OLD.valid_from THEN
        PERFORM register_know(what, OLD.id, before, OLD.valid_from, day, moment, NULL);
        NEW.valid_from := day;
    ELSIF day < OLD.valid_from THEN
        -- Something older is learned: every piece of the past from that day on changes in these columns.
        SELECT jsonb_object_agg(e.key, e.value) INTO changed
          FROM jsonb_each(after) e WHERE before -> e.key IS DISTINCT FROM e.value;
        reached := OLD.valid_from;
        FOR piece IN
            SELECT * FROM register_version v
             WHERE v.kind = what AND v.row_id = OLD.id AND v.recorded_to IS NULL AND v.valid_to > day
             ORDER BY v.valid_from DESC
        LOOP
            PERFORM register_forget(piece.id, moment);
            PERFORM register_know(what, OLD.id, piece.data, piece.valid_from, day, moment, NULL);
            reached := piece.valid_from;
            PERFORM register_know(what, OLD.id, piece.data || changed, greatest(piece.valid_from, day),
                                  piece.valid_to, moment, NULL);
        END LOOP;
        -- Nothing was known of the days before the first piece: it begins on that day.
        IF reached = OLD.valid_from THEN
            NEW.valid_from := day;
        ELSIF reached > day THEN
            UPDATE register_version v SET valid_from = day
             WHERE v.kind = what AND v.row_id = OLD.id AND v.recorded_to IS NULL AND v.valid_from = reached;
        END IF;
    END IF;
    -- A change that was undone leaves one piece, not two alike.
    LOOP
        SELECT * INTO piece FROM register_version v
         WHERE v.kind = what AND v.row_id = OLD.id AND v.recorded_to IS NULL
           AND v.valid_to = NEW.valid_from AND v.data = after;
        EXIT WHEN NOT FOUND;
        PERFORM register_forget(piece.id, moment);
        NEW.valid_from := piece.valid_from;
    END LOOP;
    RETURN NEW;
END
$$;
-- Every rectangle of every row: what the live rows say, and what was known before or is known of the past.
CREATE VIEW register_state AS
    SELECT kind::text, row_id, data, valid_from, valid_to, recorded_from, recorded_to FROM register_version
    UNION ALL
    SELECT 'resident', id, register_plain(to_jsonb(r)), valid_from, NULL, recorded_from, NULL
      FROM register_resident r
    UNION ALL
    SELECT 'family', id, register_plain(to_jsonb(f)), valid_from, NULL, recorded_from, NULL
      FROM register_family f
    UNION ALL
    SELECT 'membership', id, register_plain(to_jsonb(m)), valid_from, NULL, recorded_from, NULL
      FROM register_membership m;
CREATE TRIGGER register_resident_version BEFORE UPDATE OR DELETE ON register_resident
    FOR EACH ROW EXECUTE FUNCTION register_keep_version('resident');
CREATE TRIGGER register_family_version BEFORE UPDATE OR DELETE ON register_family
    FOR EACH ROW EXECUTE FUNCTION register_keep_version('family');
CREATE TRIGGER register_membership_version BEFORE UPDATE OR DELETE ON register_membership
    FOR EACH ROW EXECUTE FUNCTION register_keep_version('membership');
"""
NOT_KEPT = """
DROP TRIGGER register_membership_version ON register_membership;
DROP TRIGGER register_family_version ON register_family;
DROP TRIGGER register_resident_version ON register_resident;
DROP VIEW register_state;
DROP FUNCTION register_keep_version();
DROP FUNCTION register_know(text, bigint, jsonb, date, date, timestamptz, timestamptz);
DROP FUNCTION register_forget(bigint, timestamptz);
DROP FUNCTION register_plain(jsonb);
"""


def known_since(model_name: str) -> list[migrations.AddField]:
    """The two columns of a live row; rows from before this migration are known from the upgrade on."""
    day = models.DateField(db_default=models.Func(function="register_valid_day"))
    moment = models.DateTimeField(db_default=models.Func(function="register_moment"))
    return [
        migrations.AddField(model_name=model_name, name="valid_from", field=day),
        migrations.AddField(model_name=model_name, name="recorded_from", field=moment),
    ]


class Migration(migrations.Migration):
    dependencies = [("register", "0009_import_run")]

    operations = [
        migrations.RunSQL(MOMENTS, NO_MOMENTS),
        *known_since("resident"),
        *known_since("family"),
        *known_since("membership"),
        migrations.AddField(
            model_name="registerevent", name="happened_on", field=models.DateField(null=True)
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("row_id", models.BigIntegerField()),
                ("data", models.JSONField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("recorded_from", models.DateTimeField()),
                ("recorded_to", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "register_version",
                "indexes": [models.Index(fields=["kind", "row_id"], name="register_version_row")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["resident", "family", "membership"]),
                        name="register_version_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(valid_to__isnull=True)
                        | models.Q(valid_from__lt=models.F("valid_to")),
                        name="register_version_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(recorded_to__isnull=True)
                        | models.Q(recorded_from__lt=models.F("recorded_to")),
                        name="register_version_moments",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ONE_TRUTH, TWO_TRUTHS),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
