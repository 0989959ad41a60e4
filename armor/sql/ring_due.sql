-- As a transaction commits that marked an account due: ring for the worker, unless its writer has judged it by now.
-- A note of its own channel, so that servers do not hear it, and without words: who is due is read at the door.
CREATE FUNCTION law.ring_due() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT FROM public.armor_due WHERE account_id = NEW.account_id AND due_since IS NOT NULL) THEN
        PERFORM pg_notify('aetheris_due', '');
    END IF;
    RETURN NULL;
END $$;
