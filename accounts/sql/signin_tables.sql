-- The tables of the libraries that sign people in: those with a user_id obey the same policy as ours.
DO $$
DECLARE
    name text;
    mine text := 'user_id = (SELECT nullif(current_setting(''aetheris.tenant'', true), '''')::uuid)';
BEGIN
    FOREACH name IN ARRAY ARRAY['account_emailaddress', 'mfa_authenticator', 'socialaccount_socialaccount'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO aetheris_app, aetheris_service, aetheris_owner '
                       'USING (%s) WITH CHECK (%s)', name, mine, mine);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO aetheris_app', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['django_session', 'account_emailconfirmation', 'socialaccount_socialtoken'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO aetheris_app', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['django_content_type', 'auth_permission', 'django_migrations', 'socialaccount_socialapp'] LOOP
        EXECUTE format('GRANT SELECT ON %I TO aetheris_app, aetheris_staff, aetheris_service', name);
    END LOOP;
    -- The back office's own log of who opened what: staff write it, nobody changes it.
    ALTER TABLE django_admin_log ENABLE ROW LEVEL SECURITY;
    ALTER TABLE django_admin_log FORCE ROW LEVEL SECURITY;
    CREATE POLICY staff ON django_admin_log TO aetheris_staff USING (true) WITH CHECK (true);
    GRANT SELECT, INSERT ON django_admin_log TO aetheris_staff;
END $$;
GRANT USAGE ON SEQUENCE account_emailaddress_id_seq, account_emailconfirmation_id_seq, mfa_authenticator_id_seq,
    socialaccount_socialaccount_id_seq, socialaccount_socialtoken_id_seq TO aetheris_app;
GRANT USAGE ON SEQUENCE django_admin_log_id_seq TO aetheris_staff;
