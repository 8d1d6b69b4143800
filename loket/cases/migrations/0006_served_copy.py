from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_fewer_indexes")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="served_sha256",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="attachment",
            name="served_type",
            field=models.CharField(db_default="", default="", max_length=20),
        ),
    ]
