from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("armor", "0010_due_rings")]
    operations = [
        migrations.AlterModelOptions(name="breach", options={"verbose_name_plural": "breaches"}),
    ]
