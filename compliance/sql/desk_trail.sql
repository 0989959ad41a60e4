-- What the desk adds to the trail: what was blotted out of it by an erasure, and what the rules of behaviour may see.

-- An entry out of which a person's name was taken. `was` and `becomes` are its leaf before and after; the signature is
-- the sealing key's, so that nobody else can make an altered entry look erased.
CREATE TABLE audit.redactions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    chapter text NOT NULL,
    entry bigint NOT NULL,
    was text NOT NULL,
    becomes text NOT NULL,
    reason text NOT NULL,
    key_id text NOT NULL,
    signature text NOT NULL
);
CREATE INDEX redactions_entry ON audit.redactions (chapter, entry, id);
CREATE INDEX redactions_seal ON audit.redactions (xid, id);
SELECT audit.guard('redactions');
CREATE POLICY sealer ON audit.redactions FOR SELECT TO aetheris_sealer, aetheris_staff USING (true);
GRANT SELECT ON audit.redactions TO aetheris_sealer, aetheris_staff;

-- Trades whose figures were changed, with what they said before; for the rule that looks for edits after the fact.
CREATE FUNCTION audit.trade_edits(since timestamptz)
RETURNS TABLE (sequence bigint, at timestamptz, trade uuid, was jsonb, became jsonb, actor uuid, role_at_work text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT r.id * 1000 + place.k, r.occurred_at, place.row_id, place.old, place.new, r.actor_id, r.db_role
    FROM audit.records r
    LEFT JOIN audit.images i ON i.id = r.id AND i.occurred_at = r.occurred_at
    CROSS JOIN LATERAL ROWS FROM (unnest(r.row_ids), jsonb_array_elements(r.old_rows),
        jsonb_array_elements(coalesce(r.new_rows, i.new_rows))) WITH ORDINALITY AS place (row_id, old, new, k)
    WHERE r.table_name = 'trades' AND r.action = 'UPDATE' AND r.occurred_at >= since
      AND audit.differing(place.old, place.new)
          && ARRAY['pnl', 'gross_pnl', 'entry_price', 'exit_price', 'entry_time', 'exit_time', 'quantity', 'commissions']
$$;
REVOKE ALL ON FUNCTION audit.trade_edits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.trade_edits TO aetheris_service;
