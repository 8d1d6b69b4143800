import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0011_book_lines'),
        ('offices', '0005_staff_change_category'),
    ]

    operations = [
        migrations.CreateModel(
            name='FieldList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(choices=[('natural', 'Korban bencana alam'), ('social', 'Korban bencana sosial'), ('abandoned', 'Orang telantar'), ('remote', 'Komunitas terpencil')], max_length=10)),
                ('happened', models.CharField(blank=True, max_length=120)),
                ('place', models.CharField(max_length=100)),
                ('team', models.CharField(max_length=300)),
                ('order_number', models.CharField(max_length=60)),
                ('day', models.DateField()),
                ('create_key', models.UUIDField(unique=True)),
                ('opened_by', models.CharField(max_length=60)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='field_lists', to='offices.office')),
                ('village', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.area')),
            ],
        ),
        migrations.CreateModel(
            name='FieldLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('create_key', models.UUIDField(unique=True)),
                ('name', models.CharField(max_length=60)),
                ('sex', models.CharField(max_length=1)),
                ('birth_place', models.CharField(blank=True, max_length=60)),
                ('birth_date', models.DateField(null=True)),
                ('estimated_age', models.PositiveSmallIntegerField(null=True)),
                ('mother_name', models.CharField(blank=True, max_length=60)),
                ('father_name', models.CharField(blank=True, max_length=60)),
                ('origin', models.CharField(blank=True, max_length=120)),
                ('lost', models.JSONField(default=list)),
                ('checked', models.CharField(blank=True, max_length=10)),
                ('nik', models.CharField(blank=True, max_length=16)),
                ('alike', models.PositiveSmallIntegerField(default=0)),
                ('added_by', models.CharField(max_length=60)),
                ('added_at', models.DateTimeField()),
                ('struck_at', models.DateTimeField(null=True)),
                ('struck_why', models.CharField(blank=True, max_length=200)),
                ('case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='field_line', to='cases.case')),
                ('field_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='cases.fieldlist')),
            ],
        ),
        migrations.AddIndex(
            model_name='fieldlist',
            index=models.Index(fields=['office', '-opened_at'], name='cases_field_lists'),
        ),
        migrations.AddConstraint(
            model_name='fieldlist',
            constraint=models.CheckConstraint(condition=models.Q(('occasion__in', ['natural', 'social', 'abandoned', 'remote'])), name='cases_field_occasion'),
        ),
        migrations.AddConstraint(
            model_name='fieldline',
            constraint=models.UniqueConstraint(fields=('field_list', 'number'), name='cases_field_line_once'),
        ),
        migrations.AddConstraint(
            model_name='fieldline',
            constraint=models.CheckConstraint(condition=models.Q(('sex__in', ['L', 'P'])), name='cases_field_sex'),
        ),
        migrations.AddConstraint(
            model_name='fieldline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('birth_date__isnull', True), ('estimated_age__isnull', False)), models.Q(('birth_date__isnull', False), ('estimated_age__isnull', True)), _connector='OR'), name='cases_field_born'),
        ),
        migrations.AddConstraint(
            model_name='fieldline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked', 'found'), ('nik__regex', '^[0-9]{16}$')), models.Q(('checked__in', ['', 'not_found', 'not_needed']), ('nik', '')), _connector='OR'), name='cases_field_checked'),
        ),
        migrations.AddConstraint(
            model_name='fieldline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('struck_at__isnull', True), ('struck_why', '')), models.Q(('case__isnull', True), ('struck_at__isnull', False), models.Q(('struck_why', ''), _negated=True)), _connector='OR'), name='cases_field_struck'),
        ),
    ]
