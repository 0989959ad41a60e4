from django.db import migrations

GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,
    procrastinate_workers TO aetheris_app, aetheris_service;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO aetheris_service;
GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq,
    procrastinate_workers_id_seq TO aetheris_app;
"""


class Migration(migrations.Migration):
    dependencies = [("trading", "0002_tables"), ("procrastinate", "0041_post_retry_failed_job")]
    # The way back is the removal of the job tables; the grants go with them.
    operations = [migrations.RunSQL(GRANTS, reverse_sql=migrations.RunSQL.noop)]
