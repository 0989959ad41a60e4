-- What the worker may see across people: which imports wait for it or were left by one that was killed.
CREATE FUNCTION door.unfinished_imports() RETURNS TABLE (import_id uuid, user_id uuid, kind text) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT id, user_id, kind FROM public.imports WHERE state IN ('waiting', 'running') ORDER BY created_at LIMIT 50
$$;
REVOKE ALL ON FUNCTION door.unfinished_imports FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.unfinished_imports TO aetheris_service;

-- Whose connection this is, for somebody who knows the digest of its push token; nothing otherwise.
CREATE FUNCTION door.owner_of_push(connection uuid, digest text) RETURNS uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT user_id FROM public.connector_states
    WHERE connection_id = connection AND push_digest = digest AND length(digest) = 64
$$;
REVOKE ALL ON FUNCTION door.owner_of_push FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.owner_of_push TO aetheris_app;

-- Whose readings may be thinned.
CREATE FUNCTION door.accounts_read() RETURNS TABLE (account_id uuid, user_id uuid) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT DISTINCT account_id, user_id FROM public.account_readings WHERE read_at < now() - interval '49 hours'
$$;
REVOKE ALL ON FUNCTION door.accounts_read FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.accounts_read TO aetheris_service;
