-- What the laws of the desk look up, and no more. Run by the role that owns the doors.
SET LOCAL check_function_bodies = off;  -- the tables come right after

-- The desk role of whoever the request works for; null for everybody who is not of the staff.
CREATE FUNCTION door.desk_role() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT coalesce(
        (SELECT r.role FROM public.desk_roles r WHERE r.person_id = u.id AND r.ended_at IS NULL),
        CASE u.role WHEN 'SUPERADMIN' THEN 'administrator' ELSE 'auditor' END)
    FROM public.users u
    WHERE u.id = nullif(current_setting('aetheris.actor_id', true), '')::uuid
      AND u.role IN ('ADMIN', 'SUPERADMIN') AND u.status = 'ACTIVE' AND u.deleted_at IS NULL
$$;

-- BEFORE a case is closed: only by a decision that two have made.
CREATE FUNCTION door.case_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state AND NEW.state IN ('verified', 'rejected') AND NOT EXISTS (
        SELECT FROM public.decisions d WHERE d.case_id = NEW.id AND d.kind = 'kyc' AND d.verdict = 'approved'
          AND d.outcome = NEW.state) THEN
        RAISE EXCEPTION 'A case becomes % by an approved decision alone', NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE a person's standing is written: it says what was last decided, or that a verification has run out.
CREATE FUNCTION door.status_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE
    was_kyc text := CASE TG_OP WHEN 'UPDATE' THEN OLD.kyc_status ELSE 'pending' END;
    was_aml text := CASE TG_OP WHEN 'UPDATE' THEN OLD.aml_status ELSE 'review' END;
BEGIN
    IF NEW.kyc_status <> was_kyc
       AND NEW.kyc_status IS DISTINCT FROM (
           SELECT d.outcome FROM public.decisions d WHERE d.subject_id = NEW.id AND d.kind = 'kyc'
             AND d.verdict = 'approved' ORDER BY d.decided_at DESC LIMIT 1)
       AND NOT (NEW.kyc_status = 'pending' AND 'expired' = (
           SELECT c.state FROM public.kyc_cases c WHERE c.user_id = NEW.id AND c.state IN ('verified', 'expired')
           ORDER BY c.id DESC LIMIT 1)) THEN
        RAISE EXCEPTION 'kyc_status becomes % by an approved decision alone', NEW.kyc_status
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.aml_status <> was_aml AND NEW.aml_status IS DISTINCT FROM (
           SELECT CASE d.outcome WHEN 'reported' THEN 'rejected' ELSE d.outcome END FROM public.decisions d
           WHERE d.subject_id = NEW.id AND d.kind = 'aml' AND d.verdict = 'approved' ORDER BY d.decided_at DESC LIMIT 1) THEN
        RAISE EXCEPTION 'aml_status becomes % by an approved decision alone', NEW.aml_status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE a decision is made: as oneself, once, and not by whoever raised the case.
CREATE FUNCTION door.four_eyes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.verdict IS NOT NULL THEN
        RAISE EXCEPTION 'What is decided stays decided' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by_id IS DISTINCT FROM nullif(current_setting('aetheris.actor_id', true), '')::uuid THEN
        RAISE EXCEPTION 'A decision is signed by whoever makes it' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM public.case_notes n WHERE n.case_id = NEW.case_id AND n.kind = 'escalated'
               AND n.author_id = NEW.decided_by_id) THEN
        RAISE EXCEPTION 'Who escalated a case may not decide it: a second person does'
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.decided_at := clock_timestamp();
    RETURN NEW;
END $$;

-- BEFORE an entry of the trail is marked reviewed: not by who escalated it.
CREATE FUNCTION door.entry_four_eyes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.kind = 'reviewed' AND EXISTS (SELECT FROM public.entry_reviews e WHERE e.sequence = NEW.sequence
        AND e.kind = 'escalated' AND e.reviewer_id = NEW.reviewer_id) THEN
        RAISE EXCEPTION 'Who escalated an entry may not close it: a second person does'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Whom to hold against the lists: names as signed up with, and what a KYC case says, still under its owner's key.
CREATE FUNCTION door.people_to_screen()
RETURNS TABLE (person uuid, first_name text, last_name text, case_id uuid, profile bytea, country text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT u.id, u.first_name, u.last_name, c.id, c.profile, c.country
    FROM public.users u
    LEFT JOIN LATERAL (SELECT k.id, k.profile, k.country::text FROM public.kyc_cases k WHERE k.user_id = u.id
                       AND k.profile IS NOT NULL ORDER BY k.id DESC LIMIT 1) c ON true
    WHERE u.deleted_at IS NULL AND u.role = 'USER' ORDER BY u.id
$$;

-- What the rules of behaviour look at, across people.
CREATE FUNCTION door.trades_to_watch(since timestamptz)
RETURNS TABLE (id uuid, person uuid, account uuid, broker text, source text, symbol text, side text, quantity numeric,
               entry_price numeric, exit_price numeric, entry_time timestamptz, exit_time timestamptz, pnl numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT t.id, t.user_id, t.account_id, t.broker, t.source, t.symbol, t.side, t.quantity, t.entry_price, t.exit_price,
           t.entry_time, t.exit_time, t.pnl
    FROM public.trades t WHERE t.exit_time >= since AND t.deleted_at IS NULL
$$;
CREATE FUNCTION door.sign_ins_to_watch(since timestamptz)
RETURNS TABLE (person uuid, address text, agent text, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT s.user_id, host(s.address), s.agent, s.created_at FROM public.sign_ins s
    WHERE s.created_at >= since AND s.address IS NOT NULL
$$;

-- KYC cases whose day has come, copies whose file is to be made or to go, erasures that were approved.
CREATE FUNCTION door.cases_run_out(today date) RETURNS TABLE (case_id uuid, person uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT id, user_id FROM public.kyc_cases WHERE state = 'verified' AND review_again_on <= today
$$;
CREATE FUNCTION door.exports_due(moment timestamptz) RETURNS TABLE (export_id uuid, person uuid, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT id, user_id, state FROM public.data_exports
    WHERE state = 'pending' OR state = 'ready' AND expires_at <= moment ORDER BY created_at
$$;
CREATE FUNCTION door.erasures_approved() RETURNS TABLE (request_id uuid, person uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT id, user_id FROM public.erasure_requests WHERE state = 'approved'
$$;

REVOKE ALL ON FUNCTION door.desk_role, door.people_to_screen, door.trades_to_watch, door.sign_ins_to_watch,
    door.cases_run_out, door.exports_due, door.erasures_approved FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.desk_role TO aetheris_staff, aetheris_owner, aetheris_app;
GRANT EXECUTE ON FUNCTION door.people_to_screen, door.trades_to_watch, door.sign_ins_to_watch, door.cases_run_out,
    door.exports_due, door.erasures_approved TO aetheris_service;
GRANT EXECUTE ON FUNCTION door.people_to_screen TO aetheris_staff;
GRANT EXECUTE ON FUNCTION door.case_by_decision, door.status_by_decision, door.four_eyes, door.entry_four_eyes
    TO aetheris_owner;

-- At the machine, by the migrator alone: the first roles of a desk.
CREATE FUNCTION door.appoint(person uuid, new_role text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    UPDATE public.desk_roles SET ended_at = clock_timestamp() WHERE person_id = person AND ended_at IS NULL;
    INSERT INTO public.desk_roles (person_id, role) VALUES (person, new_role);
$$;
REVOKE ALL ON FUNCTION door.appoint FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.appoint TO aetheris_owner;
GRANT EXECUTE ON FUNCTION door.person_of TO aetheris_owner;
