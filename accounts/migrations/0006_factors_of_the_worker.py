from django.db import migrations

GRANT = "GRANT SELECT (data), UPDATE (data) ON mfa_authenticator TO aetheris_service"


class Migration(migrations.Migration):
    """A new sealing key seals second factors too: by the service, as the person whose they are."""

    dependencies = [("accounts", "0005_doors_of_sign_in")]
    operations = [migrations.RunSQL(GRANT, GRANT.replace("GRANT", "REVOKE").replace(" TO ", " FROM "))]
