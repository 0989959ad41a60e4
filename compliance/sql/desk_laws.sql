-- Laws of the desk that look at nothing but the row.

-- The person themselves opens a draft and hands it in; every other step is the desk's.
CREATE FUNCTION law.applicants_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'A case begins as a draft' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND current_user = 'aetheris_app'
       AND (OLD.state <> 'draft' OR NEW.state NOT IN ('draft', 'submitted')) THEN
        RAISE EXCEPTION 'A case that was handed in is the desk''s' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- A decision begins as a proposal.
CREATE FUNCTION law.undecided_at_first() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.verdict IS NOT NULL THEN
        RAISE EXCEPTION 'A decision is proposed before it is made' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Whoever signs in the named column signs as themselves.
CREATE FUNCTION law.signed_by() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    signed text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
    IF signed IS DISTINCT FROM to_jsonb(OLD) ->> TG_ARGV[0]
       AND signed IS DISTINCT FROM nullif(current_setting('aetheris.actor_id', true), '') THEN
        RAISE EXCEPTION '% is signed by whoever does it', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
