-- Every row of one table beside its last image in the trail; only those that do not agree come back.
-- {table}, {columns}: the table and what of it may be read; the secrets' names come as a parameter.
WITH told AS MATERIALIZED (
    SELECT row_id, max(r.id * 1000 + k) AS sequence
    FROM audit.records r CROSS JOIN LATERAL unnest(r.row_ids) WITH ORDINALITY AS place (row_id, k)
    WHERE r.table_name = {name} GROUP BY row_id
), emptied AS MATERIALIZED (
    SELECT coalesce(max(id), 0) * 1000 AS sequence FROM audit.records WHERE table_name = {name} AND action = 'TRUNCATE'
), imaged AS (
    SELECT place.row_id, place.image, told.sequence,
           r.action = 'DELETE' OR told.sequence < emptied.sequence AS gone, r.digest IS NOT NULL AND i.id IS NULL AS pending
    FROM audit.records r
    CROSS JOIN emptied
    LEFT JOIN audit.images i ON i.id = r.id AND i.occurred_at = r.occurred_at
    CROSS JOIN LATERAL ROWS FROM (
        unnest(r.row_ids), jsonb_array_elements(coalesce(r.new_rows, i.new_rows))
    ) WITH ORDINALITY AS place (row_id, image, k)
    JOIN told ON told.row_id = place.row_id AND told.sequence = r.id * 1000 + place.k
    WHERE r.table_name = {name}
    UNION ALL
    SELECT row_id, image, 0, image = 'null', false FROM (
        SELECT DISTINCT ON (place.row_id) place.row_id, place.image
        FROM audit.carried c
        CROSS JOIN LATERAL ROWS FROM (unnest(c.row_ids), jsonb_array_elements(c.images)) AS place (row_id, image)
        WHERE c.table_name = {name} ORDER BY place.row_id, c.month DESC
    ) carried WHERE NOT EXISTS (SELECT FROM told WHERE told.row_id = carried.row_id)
), compared AS (
    SELECT coalesce(live.id, imaged.row_id) AS id, imaged.sequence, imaged.gone, imaged.pending, live.id IS NOT NULL AS there,
           to_jsonb(live) AS stands, imaged.image - %(secrets)s::text[] AS image
    FROM (SELECT {columns} FROM {table}) live FULL JOIN imaged ON imaged.row_id = live.id
)
SELECT id, sequence, CASE
           WHEN sequence IS NULL THEN 'row never audited'
           WHEN there AND gone THEN 'row back from the dead'
           WHEN NOT there THEN 'row vanished'
           ELSE 'row altered' END,
       CASE WHEN there AND NOT coalesce(gone, false) THEN
           (SELECT array_agg(key ORDER BY key) FROM jsonb_each(stands) s JOIN jsonb_each(image) i USING (key)
            WHERE s.value IS DISTINCT FROM i.value) END AS differing
FROM compared
WHERE sequence IS NULL OR (there AND gone) OR (NOT there AND NOT gone)
   OR (there AND NOT pending AND stands IS DISTINCT FROM image
       AND EXISTS (SELECT FROM jsonb_each(stands) s JOIN jsonb_each(image) i USING (key)
                   WHERE s.value IS DISTINCT FROM i.value))
ORDER BY sequence NULLS LAST, id
