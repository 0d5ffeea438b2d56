from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_signing_key_retired")]

    operations = [
        migrations.AddField(
            model_name="authorization",
            name="level",
            field=models.SmallIntegerField(default=0),
            preserve_default=False,
        ),
    ]
