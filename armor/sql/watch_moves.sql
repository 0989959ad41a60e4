-- A trade that moves in time touches the day it left as well; one that moves to another account touches both.
CREATE OR REPLACE FUNCTION law.mark_updated_due() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM law.mark_due(account_id, user_id, earliest, ids)
    FROM (SELECT account_id, user_id, array_agg(DISTINCT id) AS ids, min(at) AS earliest
          FROM (SELECT n.account_id, n.user_id, n.id,
                       least(coalesce(n.exit_time, n.entry_time), coalesce(o.exit_time, o.entry_time)) AS at
                FROM new_rows n JOIN old_rows o USING (id)
                UNION ALL
                SELECT o.account_id, o.user_id, o.id, coalesce(o.exit_time, o.entry_time)
                FROM old_rows o JOIN new_rows n USING (id) WHERE o.account_id <> n.account_id) sides
          GROUP BY 1, 2 ORDER BY 1) written;
    RETURN NULL;
END $$;
