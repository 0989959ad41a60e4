-- What keeps one pair of eyes from looking like two, for laws that look elsewhere. Run by the role that owns the doors.
SET LOCAL check_function_bodies = off;

-- BEFORE a case changes its state: closed by a decision of two; not sent back, and not run out, by one of the desk while
-- a proposal about it stands.
CREATE OR REPLACE FUNCTION door.case_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state AND NEW.state IN ('verified', 'rejected') AND NOT EXISTS (
        SELECT FROM public.decisions d WHERE d.case_id = NEW.id AND d.kind = 'kyc' AND d.verdict = 'approved'
          AND d.outcome = NEW.state) THEN
        RAISE EXCEPTION 'A case becomes % by an approved decision alone', NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'in_review' AND NEW.state = 'draft' AND EXISTS (
        SELECT FROM public.decisions d WHERE d.case_id = NEW.id AND d.verdict IS NULL) THEN
        RAISE EXCEPTION 'A proposal about this case stands; a second person declines it first'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'expired' AND OLD.state = 'verified' AND session_user = 'aetheris_staff' THEN
        RAISE EXCEPTION 'A case runs out on its day, not by hand' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE an inquiry is closed: only as an approved decision says.
CREATE FUNCTION door.inquiry_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state AND NEW.state IN ('closed', 'reported') AND NOT EXISTS (
        SELECT FROM public.decisions d WHERE d.case_id = NEW.id AND d.kind = 'aml' AND d.verdict = 'approved'
          AND d.outcome <> 'review' AND (d.outcome = 'reported') = (NEW.state = 'reported')) THEN
        RAISE EXCEPTION 'An inquiry becomes % by an approved decision alone', NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE an erasure is agreed to at the desk: by two.
CREATE FUNCTION door.erasure_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF session_user = 'aetheris_staff' AND NEW.state IS DISTINCT FROM OLD.state AND NOT (
        NEW.state = 'approved' AND EXISTS (SELECT FROM public.decisions d WHERE d.case_id = NEW.id
          AND d.kind = 'erasure' AND d.verdict = 'approved')) THEN
        RAISE EXCEPTION 'An erasure becomes % by an approved decision alone', NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE a decision is proposed: it is about the person whose case it is, and that is not the proposer.
CREATE FUNCTION door.about_its_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE
    person uuid := coalesce(
        (SELECT user_id FROM public.kyc_cases WHERE id = NEW.case_id),
        (SELECT subject_id FROM public.aml_cases WHERE id = NEW.case_id),
        (SELECT user_id FROM public.erasure_requests WHERE id = NEW.case_id));
BEGIN
    IF person IS NOT NULL AND person <> NEW.subject_id THEN
        RAISE EXCEPTION 'A decision is about the person whose case it is' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.proposed_by_id = NEW.subject_id THEN
        RAISE EXCEPTION 'Nobody decides about themselves' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE a decision is made: as oneself, once, not about oneself, and not by whoever raised the case.
CREATE OR REPLACE FUNCTION door.four_eyes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.verdict IS NOT NULL THEN
        RAISE EXCEPTION 'What is decided stays decided' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by_id IS DISTINCT FROM nullif(current_setting('aetheris.actor_id', true), '')::uuid THEN
        RAISE EXCEPTION 'A decision is signed by whoever makes it' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by_id = NEW.subject_id THEN
        RAISE EXCEPTION 'Nobody decides about themselves' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM public.case_notes n WHERE n.case_id = NEW.case_id AND n.kind = 'escalated'
               AND n.author_id = NEW.decided_by_id) THEN
        RAISE EXCEPTION 'Who escalated a case may not decide it: a second person does'
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.decided_at := clock_timestamp();
    RETURN NEW;
END $$;

-- BEFORE an entry of the trail is marked reviewed: not by who escalated it, and not by whose doing it is.
CREATE OR REPLACE FUNCTION door.entry_four_eyes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.kind = 'reviewed' AND EXISTS (SELECT FROM public.entry_reviews e WHERE e.sequence = NEW.sequence
        AND e.kind = 'escalated' AND e.reviewer_id = NEW.reviewer_id) THEN
        RAISE EXCEPTION 'Who escalated an entry may not close it: a second person does'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.kind = 'reviewed' AND audit.actor_of(NEW.sequence) = NEW.reviewer_id THEN
        RAISE EXCEPTION 'Nobody reviews their own doing: a second person does' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
GRANT EXECUTE ON FUNCTION door.inquiry_by_decision, door.erasure_by_decision, door.about_its_case TO aetheris_owner;
