-- BEFORE DELETE on account_readings: what somebody may still be judged on stays whole for two days.
CREATE FUNCTION law.keep_fresh_readings() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.read_at > clock_timestamp() - interval '2 days' THEN
        RAISE EXCEPTION 'DELETE on account_readings is refused: a reading is kept for two days before it is thinned'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
