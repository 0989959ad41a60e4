-- What reading the trail gives: one row for each changed row, numbered record × 1000 + place in it. Images are unrolled
-- side by side, since picking them one by one would unpack the whole array for each.
-- Whoever reads it needs the right to read the records themselves. `pending`: the new values of a very large statement
-- follow within seconds. `record` is the statement's own number: what asks by it is found by an index, however long the
-- trail is, which nothing is that asks by `sequence`.
CREATE OR REPLACE VIEW audit_trail WITH (security_invoker = true) AS
    SELECT r.id * 1000 + coalesce(place.k, 1) AS sequence, r.occurred_at, r.table_name, place.row_id, r.action,
           place.old AS old_values, place.new AS new_values, audit.differing(place.old, place.new) AS changed_fields,
           r.actor_id, r.actor_label, r.db_role, r.request_id, r.ip, r.reason,
           (SELECT s.number FROM audit.seals s WHERE s.to_xid > r.xid ORDER BY s.to_xid LIMIT 1) AS seal_number,
           (SELECT s.sealed_at FROM audit.seals s WHERE s.to_xid > r.xid ORDER BY s.to_xid LIMIT 1) AS sealed_at,
           r.digest IS NOT NULL AND i.id IS NULL AS pending, r.id AS record
    FROM audit.records r
    LEFT JOIN audit.images i ON i.id = r.id AND i.occurred_at = r.occurred_at
    LEFT JOIN LATERAL ROWS FROM (
        unnest(r.row_ids), jsonb_array_elements(r.old_rows), jsonb_array_elements(coalesce(r.new_rows, i.new_rows))
    ) WITH ORDINALITY AS place (row_id, old, new, k) ON true;
