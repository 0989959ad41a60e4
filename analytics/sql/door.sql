-- What the worker may see across people: which accounts there are to keep snapshots of, and whose they are.
CREATE FUNCTION door.all_accounts() RETURNS TABLE (account_id uuid, user_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT id, user_id FROM public.accounts WHERE deleted_at IS NULL AND account_status = 'active' ORDER BY id
$$;
REVOKE ALL ON FUNCTION door.all_accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.all_accounts TO aetheris_service;
