-- What the worker may see across people: which accounts wait to be judged, and whose they are.
CREATE FUNCTION door.due_accounts() RETURNS TABLE (account_id uuid, user_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT account_id, user_id FROM public.armor_due WHERE due_since IS NOT NULL ORDER BY due_since LIMIT 500
$$;
REVOKE ALL ON FUNCTION door.due_accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.due_accounts TO aetheris_service;
