-- Whoever writes a trade, its account is due to be judged. This marks and never decides.
-- The lock on the account's row puts its writers in a line until each has committed its judgement.
CREATE FUNCTION law.mark_due(account uuid, owner uuid, earliest timestamptz, trades uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.armor_due AS due (account_id, user_id, due_since, touched_from, trade_ids)
    VALUES (account, owner, clock_timestamp(), earliest, trades[1:50])
    ON CONFLICT (account_id) DO UPDATE
    SET due_since = coalesce(due.due_since, excluded.due_since),
        touched_from = least(due.touched_from, excluded.touched_from),
        trade_ids = (due.trade_ids || excluded.trade_ids)[1:50];
END $$;

CREATE FUNCTION law.mark_inserted_due() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM law.mark_due(account_id, user_id, earliest, ids)
    FROM (SELECT account_id, user_id, min(coalesce(exit_time, entry_time)) AS earliest, array_agg(id) AS ids
          FROM new_rows GROUP BY 1, 2 ORDER BY 1) written;
    RETURN NULL;
END $$;

-- A trade that moves in time touches the day it left as well.
CREATE FUNCTION law.mark_updated_due() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM law.mark_due(account_id, user_id, earliest, ids)
    FROM (SELECT n.account_id, n.user_id, array_agg(n.id) AS ids,
                 min(least(coalesce(n.exit_time, n.entry_time), coalesce(o.exit_time, o.entry_time))) AS earliest
          FROM new_rows n JOIN old_rows o USING (id) GROUP BY 1, 2 ORDER BY 1) written;
    RETURN NULL;
END $$;

-- AFTER INSERT on armor_breaches: ring with ids only; the listener reads the rest as the person.
CREATE FUNCTION law.ring_breaches() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_notify('aetheris_live', concat_ws(' ', 'breach', user_id, number)) FROM new_rows ORDER BY number;
    RETURN NULL;
END $$;

-- AFTER UPDATE: a dismissal closes the alert in every open page.
CREATE FUNCTION law.ring_dismissals() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_notify('aetheris_live', concat_ws(' ', 'dismissed', n.user_id, n.number))
    FROM new_rows n JOIN old_rows o USING (id) WHERE o.dismissed_at IS NULL AND n.dismissed_at IS NOT NULL;
    RETURN NULL;
END $$;
