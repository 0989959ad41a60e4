-- What one pair of eyes may not settle alone: which list counts, whom a hit is not about, which alert means nothing.
-- Run by the role that owns the doors.
SET LOCAL check_function_bodies = off;  -- a column comes right after

-- BEFORE a hit is answered: cleared by two; confirmed by one, into a living case of the same person, which two close.
CREATE FUNCTION door.hit_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.state = 'cleared' AND OLD.state <> 'cleared' AND NOT EXISTS (
        SELECT FROM public.decisions d WHERE d.case_id = NEW.id AND d.kind = 'hit' AND d.outcome = 'cleared'
          AND d.verdict = 'approved') THEN
        RAISE EXCEPTION 'A hit is cleared by an approved decision alone' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'confirmed' AND OLD.state <> 'confirmed'
       AND NOT door.is_living_case(NEW.case_id, NEW.subject_id) THEN
        RAISE EXCEPTION 'A confirmed hit belongs to a living case of its person' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE an alert leaves the queue: dismissed by two; put by one into a living case of the same person.
CREATE FUNCTION door.alert_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.state = 'dismissed' AND OLD.state <> 'dismissed' AND NOT EXISTS (
        SELECT FROM public.decisions d WHERE d.case_id = NEW.id AND d.kind = 'alert' AND d.outcome = 'dismissed'
          AND d.verdict = 'approved') THEN
        RAISE EXCEPTION 'An alert is dismissed by an approved decision alone' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'in_case' AND OLD.state <> 'in_case'
       AND NOT door.is_living_case(NEW.case_id, NEW.subject_id) THEN
        RAISE EXCEPTION 'An alert goes into a living case of its person' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION door.is_living_case(inquiry uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT EXISTS (SELECT FROM public.aml_cases c WHERE c.id = inquiry AND c.subject_id = person
                   AND c.state NOT IN ('closed', 'reported'))
$$;

-- BEFORE a list counts: by two, the one who imported it and another.
CREATE FUNCTION door.list_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.activated_at IS NOT NULL AND OLD.activated_at IS NULL AND NOT EXISTS (
        SELECT FROM public.decisions d WHERE d.case_id = NEW.id AND d.kind = 'list' AND d.verdict = 'approved') THEN
        RAISE EXCEPTION 'A list counts by an approved decision alone' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE an entry is added: a list that was proposed is complete, so that what counts is what the second person saw.
CREATE FUNCTION door.list_is_complete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT FROM public.decisions d WHERE d.case_id = NEW.watch_list_id) THEN
        RAISE EXCEPTION 'This list was proposed as it is: import another' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE a decision is proposed: it is about the person whose case, hit or alert it is, and that is not the proposer;
-- a list is proposed by who imported it.
CREATE OR REPLACE FUNCTION door.about_its_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE
    person uuid := CASE NEW.kind
        WHEN 'hit' THEN (SELECT subject_id FROM public.screening_hits WHERE id = NEW.case_id AND state = 'open')
        WHEN 'alert' THEN (SELECT subject_id FROM public.behaviour_alerts WHERE id = NEW.case_id AND state = 'open')
        ELSE coalesce(
            (SELECT user_id FROM public.kyc_cases WHERE id = NEW.case_id),
            (SELECT subject_id FROM public.aml_cases WHERE id = NEW.case_id),
            (SELECT user_id FROM public.erasure_requests WHERE id = NEW.case_id)) END;
BEGIN
    IF NEW.kind = 'list' AND NOT EXISTS (SELECT FROM public.watch_lists w WHERE w.id = NEW.case_id
        AND w.imported_by_id = NEW.proposed_by_id AND w.activated_at IS NULL) THEN
        RAISE EXCEPTION 'A list is proposed by who imported it, before it counts' USING ERRCODE = 'restrict_violation';
    END IF;
    IF person IS NULL AND NEW.kind IN ('hit', 'alert') THEN
        RAISE EXCEPTION 'There is no open % like that', NEW.kind USING ERRCODE = 'restrict_violation';
    END IF;
    IF person IS NOT NULL AND person IS DISTINCT FROM NEW.subject_id THEN
        RAISE EXCEPTION 'A decision is about the person whose case it is' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.proposed_by_id = NEW.subject_id THEN
        RAISE EXCEPTION 'Nobody decides about themselves' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

REVOKE ALL ON FUNCTION door.is_living_case FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.hit_by_decision, door.alert_by_decision, door.list_by_decision, door.list_is_complete
    TO aetheris_owner;
