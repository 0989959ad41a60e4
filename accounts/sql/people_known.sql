-- Before there is a tenant: who holds a living key, who stands behind an identity at another provider.
CREATE FUNCTION door.holder_of(key_digest text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT user_id FROM public.api_keys WHERE digest = key_digest AND revoked_at IS NULL AND expires_at > now()
$$;
CREATE FUNCTION door.person_known_as(provider_name text, identity text) RETURNS uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT user_id FROM public.socialaccount_socialaccount WHERE provider = provider_name AND uid = identity
$$;
-- A person has shown that an address is theirs: the one step of a status that is not for others to take.
CREATE FUNCTION door.confirm(person uuid) RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    UPDATE public.users SET status = 'ACTIVE' WHERE id = person AND status = 'PENDING_VERIFICATION'
        AND deleted_at IS NULL RETURNING true
$$;
REVOKE ALL ON FUNCTION door.holder_of, door.person_known_as, door.confirm FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.holder_of, door.person_known_as, door.confirm TO aetheris_app;
