from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0004_staff_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='staffchange',
            name='category',
            field=models.CharField(choices=[('arrives', 'Masuk atau pindah ke tugas ini'), ('leaves', 'Pindah, pensiun, atau berhenti'), ('stands_in', 'Menggantikan sementara'), ('lost', 'Lupa atau hilang'), ('misuse', 'Dugaan penyalahgunaan'), ('mistake', 'Memperbaiki kekeliruan'), ('other', 'Lainnya')], db_default='other', default='other', max_length=10),
        ),
    ]
