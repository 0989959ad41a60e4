-- What a fresh database needs before its first migration: who may build in it, and nobody else.
GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO aetheris_app, aetheris_staff, aetheris_service, aetheris_sealer,
    aetheris_migrator;
REVOKE CONNECT, TEMPORARY ON DATABASE "{database}" FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO PUBLIC;
GRANT CREATE ON SCHEMA public TO aetheris_owner;
CREATE SCHEMA IF NOT EXISTS law AUTHORIZATION aetheris_owner;
CREATE SCHEMA IF NOT EXISTS audit AUTHORIZATION aetheris_audit;
CREATE SCHEMA IF NOT EXISTS door AUTHORIZATION aetheris_door;
GRANT USAGE ON SCHEMA law TO PUBLIC;
GRANT USAGE ON SCHEMA door TO PUBLIC;
GRANT USAGE ON SCHEMA audit TO aetheris_owner, aetheris_app, aetheris_staff, aetheris_service, aetheris_sealer;
GRANT USAGE ON SCHEMA public TO aetheris_audit, aetheris_door;
