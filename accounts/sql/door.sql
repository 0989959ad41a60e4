-- Looking a person up before there is a tenant: at sign-in, by e-mail, nothing but the id.
CREATE FUNCTION door.person_of(address text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT id FROM public.users WHERE lower(email) = lower(address) AND deleted_at IS NULL
$$;
REVOKE ALL ON FUNCTION door.person_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.person_of TO aetheris_app, aetheris_service;
