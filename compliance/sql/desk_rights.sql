-- Retention is carried out by the tables' owner, for one person at a time, as on tables that are a person's own.
GRANT SELECT (id, subject_id, direction, amount, currency, paid_at) ON payments TO aetheris_door;
GRANT SELECT (id, subject_id, state) ON aml_cases TO aetheris_door;
DO $$
DECLARE
    name text;
    mine text;
    tenant text := '(SELECT nullif(current_setting(''aetheris.tenant'', true), '''')::uuid)';
BEGIN
    FOREACH name IN ARRAY ARRAY['payments', 'aml_cases'] LOOP
        EXECUTE format('DROP POLICY IF EXISTS compliance_door ON %I', name);
        EXECUTE format('CREATE POLICY compliance_door ON %I FOR SELECT TO aetheris_door USING (true)', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['payments', 'aml_cases', 'behaviour_alerts', 'screening_hits', 'decisions',
                                'legal_holds', 'case_notes', 'retention_runs'] LOOP
        mine := CASE name
            WHEN 'retention_runs' THEN 'true'
            WHEN 'case_notes' THEN 'case_id IN (SELECT id FROM aml_cases UNION ALL SELECT id FROM kyc_cases UNION ALL '
                                   'SELECT id FROM erasure_requests)'
            ELSE 'subject_id = ' || tenant END;
        EXECUTE format('DROP POLICY IF EXISTS retention ON %I', name);
        EXECUTE format('CREATE POLICY retention ON %I TO aetheris_owner USING (%s) WITH CHECK (%s)', name, mine, mine);
    END LOOP;
END $$;
-- Lists are imported, and thereby proposed, by who runs the desk; the worker only reads them.
DROP POLICY IF EXISTS list_insert ON decisions;
CREATE POLICY list_insert ON decisions FOR INSERT TO aetheris_staff
    WITH CHECK (kind = 'list' AND (SELECT door.desk_role()) = 'administrator'
                AND proposed_by_id = (SELECT nullif(current_setting('aetheris.actor_id', true), '')::uuid));
REVOKE INSERT ON watch_lists, listed_parties FROM aetheris_service;
-- Nobody of the desk reads, adds or decides what is about themselves.
DO $$
DECLARE
    told text[];
    me text := '(SELECT nullif(current_setting(''aetheris.actor_id'', true), '''')::uuid)';
BEGIN
    FOREACH told SLICE 1 IN ARRAY ARRAY[
        ['aml_cases', 'subject_id'], ['behaviour_alerts', 'subject_id'], ['screening_hits', 'subject_id'],
        ['decisions', 'subject_id'], ['legal_holds', 'subject_id'], ['payments', 'subject_id'],
        ['kyc_cases', 'user_id'], ['erasure_requests', 'user_id']] LOOP
        EXECUTE format('DROP POLICY IF EXISTS not_about_oneself ON %I', told[1]);
        EXECUTE format('CREATE POLICY not_about_oneself ON %I AS RESTRICTIVE TO aetheris_staff '
                       'USING (%I IS DISTINCT FROM %s)', told[1], told[2], me);
    END LOOP;
END $$;
