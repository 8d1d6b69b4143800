import django.db.models.deletion
from django.db import migrations, models

# What `core.identity` calls impossible, as one expression that PostgreSQL writes into the query: digits 7 to 12 are
# a date of birth (a woman's day with 40 added) or of issue, and 29 February stands in a leap year.
DATES = """(({d30}|{x}1)(01|03|05|07|08|10|12)[0-9][0-9]|({d30})(04|06|09|11)[0-9][0-9]
|({d28})02[0-9][0-9]|{x29}02([02468][048]|[13579][26]))""".replace("\n", "")
OF_NIK = DATES.format(
    d30="[04][1-9]|[1256][0-9]|[37]0", x="[37]", d28="[04][1-9]|[15][0-9]|[26][0-8]", x29="[26]9"
)
OF_KK = DATES.format(d30="0[1-9]|[12][0-9]|30", x="3", d28="0[1-9]|1[0-9]|2[0-8]", x29="29")
POSSIBLE = f"""
CREATE FUNCTION register_nik_possible(digits text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT digits ~ '^[0-9]{{6}}{OF_NIK}[0-9]{{4}}$'
$$;
CREATE FUNCTION register_kk_possible(digits text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT digits ~ '^[0-9]{{6}}{OF_KK}[0-9]{{4}}$'
$$;
"""
# Of numbers that came in before: they were accepted by whoever loaded them.
KNOWN = """
INSERT INTO register_acceptednumber (office_id, number, code, reason, source, by, by_name, at)
SELECT office_id, nik, 'nik_impossible', 'Sudah tercatat di register sebelum pemeriksaan ini ada.', 'register',
       'system', 'Sistem', now()
  FROM register_resident WHERE NOT register_nik_possible(nik)
UNION ALL
SELECT office_id, number, 'kk_impossible', 'Sudah tercatat di register sebelum pemeriksaan ini ada.', 'register',
       'system', 'Sistem', now()
  FROM register_family WHERE NOT register_kk_possible(number);
SET CONSTRAINTS ALL IMMEDIATE;
"""
# What has not sixteen digits is refused by the constraints on digits, with their own names.
TRIGGERS = r"""
CREATE FUNCTION register_require_accepted_nik() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.nik ~ '^[0-9]{16}$' AND NOT EXISTS (
        SELECT FROM register_acceptednumber WHERE number = NEW.nik AND code = 'nik_impossible'
    ) THEN
        RAISE EXCEPTION 'an impossible NIK needs a supervisor''s reason'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'register_nik_accepted';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER register_nik_accepted BEFORE INSERT ON register_resident FOR EACH ROW
    WHEN (NOT register_nik_possible(NEW.nik)) EXECUTE FUNCTION register_require_accepted_nik();
CREATE FUNCTION register_require_accepted_kk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number ~ '^[0-9]{16}$' AND NOT EXISTS (
        SELECT FROM register_acceptednumber WHERE number = NEW.number AND code = 'kk_impossible'
    ) THEN
        RAISE EXCEPTION 'an impossible nomor KK needs a supervisor''s reason'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'register_kk_accepted';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER register_kk_accepted BEFORE INSERT ON register_family FOR EACH ROW
    WHEN (NOT register_kk_possible(NEW.number)) EXECUTE FUNCTION register_require_accepted_kk();
-- A NIK is for life (UU 24/2013 art. 13): a child recorded wrongly is recorded anew, never renumbered.
CREATE FUNCTION register_keep_nik() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a NIK never changes'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'register_nik_stays';
END
$$;
CREATE TRIGGER register_nik_stays BEFORE UPDATE OF nik ON register_resident FOR EACH ROW
    WHEN (NEW.nik IS DISTINCT FROM OLD.nik) EXECUTE FUNCTION register_keep_nik();
CREATE FUNCTION register_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % stay', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER register_acceptednumber_stays BEFORE UPDATE OR DELETE ON register_acceptednumber
    FOR EACH ROW EXECUTE FUNCTION register_keep_row();
CREATE TRIGGER register_mergerequest_stays BEFORE DELETE ON register_mergerequest
    FOR EACH ROW EXECUTE FUNCTION register_keep_row();
"""
UNTRIGGERED = """
DROP TRIGGER register_mergerequest_stays ON register_mergerequest;
DROP TRIGGER register_acceptednumber_stays ON register_acceptednumber;
DROP TRIGGER register_nik_stays ON register_resident;
DROP TRIGGER register_kk_accepted ON register_family;
DROP TRIGGER register_nik_accepted ON register_resident;
DROP FUNCTION register_keep_row();
DROP FUNCTION register_keep_nik();
DROP FUNCTION register_require_accepted_kk();
DROP FUNCTION register_require_accepted_nik();
"""
IMPOSSIBLE_AGAIN = "DROP FUNCTION register_kk_possible(text); DROP FUNCTION register_nik_possible(text);"


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0005_staff_change_category'),
        ('register', '0015_entries_keep_their_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='AcceptedNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accepted_numbers', to='offices.office')),
                ('number', models.CharField(max_length=16)),
                ('code', models.CharField(max_length=20)),
                ('reason', models.CharField(max_length=300)),
                ('source', models.CharField(max_length=60)),
                ('by', models.CharField(max_length=60)),
                ('by_name', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='MergeRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merge_requests', to='offices.office')),
                ('survivor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='register.resident')),
                ('merged', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merge_requests', to='register.resident')),
                ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='register.mergerequest')),
                ('take', models.JSONField(default=list)),
                ('place', models.CharField(choices=[('survivor', 'Keluarga dari NIK yang tetap berlaku'), ('merged', 'Keluarga dari NIK yang ditutup')], default='survivor', max_length=10)),
                ('reason', models.CharField(max_length=1000)),
                ('state', models.CharField(choices=[('waiting', 'Menunggu keputusan'), ('agreed', 'Disetujui'), ('refused', 'Ditolak')], default='waiting', max_length=10)),
                ('key', models.UUIDField(unique=True)),
                ('asked_by', models.CharField(max_length=60)),
                ('asked_by_name', models.CharField(max_length=100)),
                ('asked_at', models.DateTimeField()),
                ('decided_by', models.CharField(blank=True, max_length=60)),
                ('decided_by_name', models.CharField(blank=True, max_length=100)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision', models.CharField(blank=True, max_length=1000)),
            ],
        ),
        migrations.AddField(
            model_name='resident',
            name='merged_into',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='register.resident'),
        ),
        migrations.AlterField(
            model_name='resident',
            name='status',
            field=models.CharField(choices=[('HIDUP', 'Hidup'), ('MATI', 'Meninggal'), ('PINDAH', 'Pindah'), ('PINDAH LN', 'Pindah ke luar negeri'), ('GABUNG', 'NIK ditutup')], default='HIDUP', max_length=10),
        ),
        migrations.AddIndex(
            model_name='resident',
            index=models.Index(condition=models.Q(('merged_into', None), _negated=True), fields=['merged_into'], name='register_merged'),
        ),
        migrations.AddConstraint(
            model_name='resident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('status', 'GABUNG')), models.Q(models.Q(('status', 'GABUNG'), _negated=True), ('merged_into__isnull', True)), _connector='OR'), name='register_merged_into_one'),
        ),
        migrations.AddConstraint(
            model_name='acceptednumber',
            constraint=models.UniqueConstraint(fields=('number', 'code', 'office'), name='register_accepted_once'),
        ),
        migrations.AddConstraint(
            model_name='acceptednumber',
            constraint=models.CheckConstraint(condition=models.Q(('code__in', ['nik_impossible', 'kk_impossible'])), name='register_accepted_code'),
        ),
        migrations.AddConstraint(
            model_name='acceptednumber',
            constraint=models.CheckConstraint(condition=models.Q(('number__regex', '^[0-9]{16}$'), models.Q(('reason', ''), _negated=True)), name='register_accepted_whole'),
        ),
        migrations.AddIndex(
            model_name='mergerequest',
            index=models.Index(fields=['office', '-asked_at'], name='register_merges_of_office'),
        ),
        migrations.AddConstraint(
            model_name='mergerequest',
            constraint=models.CheckConstraint(condition=models.Q(('survivor', models.F('merged')), _negated=True), name='register_merge_of_two'),
        ),
        migrations.AddConstraint(
            model_name='mergerequest',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', ''), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='register_merge_two_people'),
        ),
        migrations.AddConstraint(
            model_name='mergerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by', ''), ('state', 'waiting')), models.Q(('decided_at__isnull', False), ('state__in', ['agreed', 'refused']), models.Q(('decided_by', ''), _negated=True)), _connector='OR'), name='register_merge_decided_whole'),
        ),
        migrations.AddConstraint(
            model_name='mergerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('decision', ''), _negated=True), _connector='OR'), name='register_merge_refused_why'),
        ),
        migrations.AddConstraint(
            model_name='mergerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('merged',), name='register_one_merge_waits'),
        ),
        migrations.AddConstraint(
            model_name='mergerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'agreed')), fields=('undoes',), name='register_merge_undone_once'),
        ),
        migrations.RunSQL(POSSIBLE, IMPOSSIBLE_AGAIN),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, UNTRIGGERED),
    ]
