-- Whose doing an entry is; for the law that nobody reviews their own.
CREATE FUNCTION audit.actor_of(sequence bigint) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$ SELECT r.actor_id FROM audit.records r WHERE r.id = sequence / 1000 $$;
REVOKE ALL ON FUNCTION audit.actor_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.actor_of TO aetheris_door;
GRANT USAGE ON SCHEMA audit TO aetheris_door;
