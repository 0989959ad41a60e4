-- The roles of the house. Owners do not log in; whoever logs in owns nothing.
DO $$
DECLARE
    role text;
BEGIN
    -- One session at a time: roles belong to the whole cluster.
    PERFORM pg_advisory_xact_lock(7246021);
    FOREACH role IN ARRAY ARRAY['aetheris_owner', 'aetheris_audit', 'aetheris_door'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', role);
        END IF;
    END LOOP;
    FOREACH role IN ARRAY ARRAY['aetheris_migrator', 'aetheris_app', 'aetheris_staff', 'aetheris_service',
                                'aetheris_sealer'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', role);
        END IF;
    END LOOP;
    -- The migrator alone may put on the owners' coats, and wears the tables' owner's from the start.
    IF NOT pg_has_role('aetheris_migrator', 'aetheris_owner', 'MEMBER') THEN
        GRANT aetheris_owner, aetheris_audit, aetheris_door TO aetheris_migrator;
    END IF;
END $$;
ALTER ROLE aetheris_migrator SET role = 'aetheris_owner';
ALTER ROLE aetheris_staff SET statement_timeout = '30s';
ALTER ROLE aetheris_app SET statement_timeout = '60s';
ALTER ROLE aetheris_app SET idle_in_transaction_session_timeout = '60s';
