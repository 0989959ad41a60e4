-- What the desk may touch of the tables of lower floors. Run after every migration, since a table whose own laws are
-- renewed forgets it.
GRANT UPDATE (kyc_status, aml_status) ON users TO aetheris_staff;
DROP POLICY IF EXISTS desk_decides ON users;
CREATE POLICY desk_decides ON users FOR UPDATE TO aetheris_staff
    USING ((SELECT door.desk_role()) = 'approver') WITH CHECK ((SELECT door.desk_role()) = 'approver');
GRANT UPDATE (kyc_status) ON users TO aetheris_service;
GRANT SELECT (first_name, last_name, role, status, deleted_at) ON users TO aetheris_door;
GRANT SELECT (profile, country) ON kyc_cases TO aetheris_door;
GRANT SELECT (id, user_id, account_id, broker, source, symbol, side, quantity, entry_price, exit_price, entry_time,
              exit_time, pnl, deleted_at) ON trades TO aetheris_door;
DROP POLICY IF EXISTS compliance_door ON trades;
CREATE POLICY compliance_door ON trades FOR SELECT TO aetheris_door USING (true);
DO $$
BEGIN
    IF to_regclass('sign_ins') IS NOT NULL THEN
        GRANT SELECT (user_id, address, agent, created_at) ON sign_ins TO aetheris_door;
        DROP POLICY IF EXISTS compliance_door ON sign_ins;
        CREATE POLICY compliance_door ON sign_ins FOR SELECT TO aetheris_door USING (true);
    END IF;
END $$;
-- The first roles of a desk, given at the machine.
GRANT INSERT (person_id, role), UPDATE (ended_at), SELECT ON desk_roles TO aetheris_door;
DROP POLICY IF EXISTS appointing ON desk_roles;
CREATE POLICY appointing ON desk_roles TO aetheris_door USING (true) WITH CHECK (true);
-- A copy of everything is written by the worker, as the person: also of the tables of the libraries that sign people in.
GRANT SELECT ON account_emailaddress, socialaccount_socialaccount TO aetheris_service;
GRANT SELECT (id, user_id, type, created_at, last_used_at) ON mfa_authenticator TO aetheris_service;
