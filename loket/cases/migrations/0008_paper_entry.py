from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_paper_kit'),
    ]

    operations = [
        migrations.AddField(
            model_name='paperpack',
            name='create_key',
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name='paperpack',
            name='printings',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='paperreceipt',
            name='registered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='paperreceipt',
            constraint=models.CheckConstraint(condition=models.Q(('registered_at__isnull', True), models.Q(('registered_at__gte', models.F('received_at')), ('registered_at__lte', models.F('entered_at'))), _connector='OR'), name='cases_paper_receipt_order'),
        ),
    ]
