-- Whose secrets there are to seal anew; for the worker and its commands alone.
CREATE FUNCTION door.all_people() RETURNS TABLE (person uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$ SELECT id FROM public.users ORDER BY id $$;
REVOKE ALL ON FUNCTION door.all_people FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.all_people TO aetheris_service;
