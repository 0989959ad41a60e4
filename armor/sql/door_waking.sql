-- Also the accounts whose hour has come: a reset to cross, an hour by which to be flat, a stop that is missing.
CREATE OR REPLACE FUNCTION door.due_accounts() RETURNS TABLE (account_id uuid, user_id uuid) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
    (SELECT account_id, user_id FROM public.armor_due WHERE due_since IS NOT NULL ORDER BY due_since LIMIT 500)
    UNION
    (SELECT account_id, user_id FROM public.armor_due WHERE wake_at <= now() ORDER BY wake_at LIMIT 500)
$$;
