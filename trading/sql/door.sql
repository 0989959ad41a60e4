-- What the worker may see across people: which connections it is time to ask, and whose they are.
CREATE FUNCTION door.due_connections() RETURNS TABLE (connection_id uuid, user_id uuid, every interval) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT id, user_id, sync_interval FROM public.broker_connections
    WHERE deleted_at IS NULL AND sync_interval IS NOT NULL
      AND (last_sync_at IS NULL OR last_sync_at + sync_interval <= clock_timestamp())
    ORDER BY last_sync_at NULLS FIRST LIMIT 200
$$;
REVOKE ALL ON FUNCTION door.due_connections FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.due_connections TO aetheris_service;
