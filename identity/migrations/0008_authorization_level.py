from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_logout_notice")]

    operations = [
        migrations.AddField(
            model_name="authorization",
            name="level",
            field=models.SmallIntegerField(default=0),
            preserve_default=False,
        ),
    ]
