-- The closing balance of a month that is put away: for each row whose last entry lies in it, the image that entry left,
-- null where it tells of a removal. Later checks hold the live rows against these.
WITH entries AS (
    SELECT r.table_name, place.row_id, r.id * 1000 + place.k AS sequence, r.action,
           CASE WHEN r.action <> 'DELETE' THEN place.image END AS image
    FROM audit.records r
    LEFT JOIN audit.images i ON i.id = r.id AND i.occurred_at = r.occurred_at
    CROSS JOIN LATERAL ROWS FROM (
        unnest(r.row_ids), jsonb_array_elements(coalesce(r.new_rows, i.new_rows))
    ) WITH ORDINALITY AS place (row_id, image, k)
    WHERE date_trunc('month', r.occurred_at) = %(month)s
), later AS (
    SELECT DISTINCT r.table_name, row_id FROM audit.records r CROSS JOIN LATERAL unnest(r.row_ids) AS row_id
    WHERE r.occurred_at >= %(month)s::timestamptz + interval '1 month'
), last AS (
    SELECT DISTINCT ON (table_name, row_id) table_name, row_id, image FROM entries
    WHERE NOT EXISTS (SELECT FROM later WHERE (later.table_name, later.row_id) = (entries.table_name, entries.row_id))
    ORDER BY table_name, row_id, sequence DESC
)
INSERT INTO audit.carried (month, table_name, row_ids, images)
SELECT %(month)s, table_name, array_agg(row_id ORDER BY k), jsonb_agg(image ORDER BY k)
FROM (SELECT last.*, row_number() OVER (PARTITION BY table_name ORDER BY row_id) - 1 AS k FROM last) numbered
GROUP BY table_name, k / 500
