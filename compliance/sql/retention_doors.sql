-- What retention looks up: who is there, since when their relation has ended, and whom it must leave alone. A legal hold
-- keeps everything of a person; so does an inquiry that is not closed.
CREATE FUNCTION door.kept(person uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    RETURN door.held(person) OR EXISTS (SELECT FROM public.aml_cases c WHERE c.subject_id = person
        AND c.state IN ('open', 'in_review', 'escalated'));
END $$;
CREATE FUNCTION door.relations(as_of timestamptz) RETURNS TABLE (person uuid, ended boolean, kept boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT id, coalesce(deleted_at < as_of, false), door.kept(id) FROM public.users ORDER BY id
$$;
-- What the rule of structured payments looks at, across people.
CREATE FUNCTION door.payments_to_watch(since timestamptz)
RETURNS TABLE (id uuid, person uuid, amount numeric, currency text, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT p.id, p.subject_id, CASE p.direction WHEN 'in' THEN p.amount ELSE -p.amount END, p.currency::text, p.paid_at FROM public.payments p WHERE p.paid_at >= since
$$;
REVOKE ALL ON FUNCTION door.kept, door.relations, door.payments_to_watch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.kept, door.relations TO aetheris_owner, aetheris_staff;
GRANT EXECUTE ON FUNCTION door.payments_to_watch TO aetheris_service;
