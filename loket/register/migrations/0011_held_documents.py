import django.db.models.deletion
from django.db import migrations, models

# What the register knew before it kept documents: the last KTP-el that was ordered, and the last SKTT with its
# permit. Cards of the dead are void and of those who left withdrawn, as the events say from now on.
FILL = """
INSERT INTO register_helddocument
    (office_id, resident_id, kind, number, issued_on, valid_until, state, ended_on, ended_why, renew_why)
SELECT p.office_id, p.id, 'ktp_el', '', p.id_card_issued_on, NULL,
       CASE p.status WHEN 'HIDUP' THEN 'in_force' WHEN 'MATI' THEN 'void' ELSE 'withdrawn' END,
       CASE p.status WHEN 'HIDUP' THEN NULL WHEN 'MATI' THEN p.death_date
            ELSE coalesce((SELECT max(m.until) FROM register_membership m WHERE m.resident_id = p.id),
                          p.id_card_issued_on) END,
       CASE p.status WHEN 'HIDUP' THEN '' WHEN 'MATI' THEN 'Meninggal' ELSE 'Pindah' END, ''
FROM register_resident p WHERE p.id_card_issued_on IS NOT NULL;

WITH last AS (
    SELECT DISTINCT ON (e.resident_id) e.resident_id, e.office_id, e.number, e.applied_at::date AS day,
           (e.facts ->> 'valid_until')::date AS valid_until, coalesce(e.facts ->> 'number', '') AS permit,
           CASE WHEN e.facts ->> 'kind' ~ 'ITAP' THEN 'itap' ELSE 'itas' END AS kind
    FROM register_registerevent e JOIN register_resident p ON p.id = e.resident_id AND p.status = 'HIDUP'
    WHERE e.kind = 'foreign_residence' AND e.reverted_at IS NULL AND e.facts ->> 'valid_until' IS NOT NULL
    ORDER BY e.resident_id, e.applied_at DESC, e.id DESC
)
INSERT INTO register_helddocument
    (office_id, resident_id, kind, number, issued_on, valid_until, state, ended_why, renew_why)
SELECT office_id, resident_id, kind, left(permit, 60), least(day, valid_until), valid_until, 'in_force', '', ''
FROM last
UNION ALL
SELECT office_id, resident_id, 'sktt', number, least(day, valid_until), valid_until, 'in_force', '', ''
FROM last;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0005_staff_change_category'),
        ('register', '0010_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ktp_el', 'KTP-el'), ('kia', 'KIA'), ('sktt', 'SKTT'), ('skpwni', 'SKPWNI'), ('skdwni', 'SKDWNI'), ('skpln', 'SKPLN'), ('skdln', 'SKDLN'), ('skpti', 'Surat keterangan pengganti tanda identitas'), ('itap', 'ITAP'), ('itas', 'ITAS'), ('passport', 'Paspor')], max_length=10)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('issued_on', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('state', models.CharField(choices=[('in_force', 'Berlaku'), ('void', 'Tidak berlaku'), ('withdrawn', 'Ditarik'), ('replaced', 'Diganti')], default='in_force', max_length=10)),
                ('ended_on', models.DateField(null=True)),
                ('ended_why', models.CharField(blank=True, max_length=60)),
                ('renew_why', models.CharField(blank=True, max_length=60)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='held_documents', to='offices.office')),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='held', to='register.resident')),
            ],
        ),
        migrations.AddField(
            model_name='resident',
            name='biometrics_doubt',
            field=models.CharField(blank=True, choices=[('adjudicate', 'Menunggu ajudikasi'), ('duplicate', 'Data ganda')], db_default='', default='', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='resident',
            constraint=models.CheckConstraint(condition=models.Q(('biometrics_doubt', ''), models.Q(('biometrics_doubt__in', ['adjudicate', 'duplicate']), ('biometrics_recorded_on__isnull', False)), _connector='OR'), name='register_doubt_of_record'),
        ),
        migrations.AddIndex(
            model_name='helddocument',
            index=models.Index(condition=models.Q(('state', 'in_force'), ('valid_until__isnull', False)), fields=['office', 'valid_until'], name='register_held_runs_out'),
        ),
        migrations.AddConstraint(
            model_name='helddocument',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['ktp_el', 'kia', 'sktt', 'skpwni', 'skdwni', 'skpln', 'skdln', 'skpti', 'itap', 'itas', 'passport'])), name='register_held_kind'),
        ),
        migrations.AddConstraint(
            model_name='helddocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', True), ('ended_why', ''), ('state', 'in_force')), models.Q(('ended_on__isnull', False), ('state__in', ['void', 'withdrawn', 'replaced']), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='register_held_ends'),
        ),
        migrations.AddConstraint(
            model_name='helddocument',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('issued_on')), _connector='OR'), name='register_held_period'),
        ),
        migrations.AddConstraint(
            model_name='helddocument',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('resident', 'kind'), name='register_held_once'),
        ),
        migrations.AddConstraint(
            model_name='helddocument',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['ktp_el', 'kia']), ('state', 'in_force')), fields=('resident',), name='register_one_card_each'),
        ),
        migrations.AddConstraint(
            model_name='helddocument',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['itap', 'itas']), ('state', 'in_force')), fields=('resident',), name='register_one_permit_each'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
