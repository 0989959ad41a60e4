-- What an erasure looks up: who was approved, and who is under a legal hold.
GRANT EXECUTE ON FUNCTION door.erasures_approved TO aetheris_owner;
CREATE FUNCTION door.held(person uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.legal_holds h WHERE h.subject_id = person AND h.lifted_at IS NULL);
END $$;
REVOKE ALL ON FUNCTION door.held FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.held TO aetheris_owner, aetheris_service, aetheris_staff;
