-- What the look-up functions of the door may touch, and no more.
GRANT SELECT (provider, uid, user_id) ON socialaccount_socialaccount TO aetheris_door;
CREATE POLICY door ON socialaccount_socialaccount FOR SELECT TO aetheris_door USING (true);
GRANT UPDATE (status, updated_at, version) ON users TO aetheris_door;
CREATE POLICY door_confirms ON users FOR UPDATE TO aetheris_door
    USING (status = 'PENDING_VERIFICATION') WITH CHECK (status = 'ACTIVE');

-- Whoever is suspended or closed is out at once: open lines are told.
CREATE FUNCTION law.show_out() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.status <> OLD.status AND NEW.status IN ('SUSPENDED', 'CLOSED') OR NEW.deleted_at IS NOT NULL THEN
        PERFORM pg_notify('aetheris_live', 'signed_out ' || NEW.id || ' all');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER shown_out AFTER UPDATE OF status, deleted_at ON users
    FOR EACH ROW EXECUTE FUNCTION law.show_out();
