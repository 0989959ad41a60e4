-- Whoever writes a reading, its account is due to be judged. This marks and never decides.
CREATE FUNCTION law.mark_read_due() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.armor_due AS due (account_id, user_id, due_since, read_from)
    SELECT account_id, user_id, clock_timestamp(), min(read_at) FROM new_rows GROUP BY 1, 2 ORDER BY 1
    ON CONFLICT (account_id) DO UPDATE
    SET due_since = coalesce(due.due_since, excluded.due_since),
        read_from = least(due.read_from, excluded.read_from);
    RETURN NULL;
END $$;
