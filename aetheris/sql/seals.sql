-- What proves the trail: seals over its final ranges, who read it, what was put away of it. All of it belongs to
-- aetheris_audit and is added to, never changed.

-- One seal closes every entry whose transaction's number lies in [from_xid, to_xid). Below the horizon at which it was
-- made nothing runs any more, so nothing can come late into it. `chapters` tells, for each table under seal, how many
-- entries, the first and last id, their Merkle root, and the digest of the list of leaves kept beside.
CREATE TABLE audit.seals (
    number bigint PRIMARY KEY,
    from_xid xid8 NOT NULL,
    to_xid xid8 NOT NULL,
    next_xid xid8 NOT NULL,
    sealed_at timestamptz NOT NULL,
    chapters jsonb NOT NULL,
    previous bytea NOT NULL,
    head bytea NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL
);
-- Which seal covers an entry.
CREATE UNIQUE INDEX seals_to_xid ON audit.seals (to_xid);

-- The leaves of one chapter of one seal, 48 bytes each: id, moment in microseconds, hash. They name the entry that was
-- touched; the root alone would only say that one was.
CREATE TABLE audit.leaves (
    number bigint NOT NULL REFERENCES audit.seals,
    chapter text NOT NULL,
    leaves bytea NOT NULL,
    PRIMARY KEY (number, chapter)
);
ALTER TABLE audit.leaves ALTER leaves SET STORAGE EXTERNAL;

-- Who of the staff read the trail, when, and what they asked for.
CREATE TABLE audit.readings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    reader_id uuid,
    reader_label text NOT NULL DEFAULT '',
    db_role text NOT NULL,
    what text NOT NULL,
    filters jsonb NOT NULL DEFAULT '{}',
    request_id text,
    ip text
);
CREATE INDEX readings_seal ON audit.readings (xid, id);

-- A month that was put away into a file: which, its digest, signed by the sealing key.
CREATE TABLE audit.archives (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    month date NOT NULL UNIQUE,
    file text NOT NULL,
    sha256 text NOT NULL,
    entries bigint NOT NULL,
    key_id text NOT NULL,
    signature text NOT NULL
);
CREATE INDEX archives_seal ON audit.archives (xid, id);

-- The closing balance of a month that was put away: the last image of each row that has no later one.
CREATE TABLE audit.carried (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    month date NOT NULL,
    table_name text NOT NULL,
    row_ids uuid[] NOT NULL,
    images jsonb NOT NULL
);
CREATE INDEX carried_seal ON audit.carried (xid, id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['seals', 'leaves', 'readings', 'archives', 'carried'] LOOP
        PERFORM audit.guard(name);
        EXECUTE format('CREATE POLICY sealer ON audit.%I FOR SELECT TO aetheris_sealer USING (true)', name);
        EXECUTE format('GRANT SELECT ON audit.%I TO aetheris_sealer', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['seals', 'leaves'] LOOP
        EXECUTE format('CREATE POLICY sealing ON audit.%I FOR INSERT TO aetheris_sealer WITH CHECK (true)', name);
        EXECUTE format('GRANT INSERT ON audit.%I TO aetheris_sealer', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['seals', 'readings', 'archives'] LOOP
        EXECUTE format('CREATE POLICY staff ON audit.%I FOR SELECT TO aetheris_staff USING (true)', name);
        EXECUTE format('GRANT SELECT ON audit.%I TO aetheris_staff', name);
    END LOOP;
END $$;

-- The one way a reading is noted: as the person the request works for, whatever the caller says.
CREATE FUNCTION audit.note_reading(what text, filters jsonb) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog AS $$
    INSERT INTO audit.readings (reader_id, reader_label, db_role, what, filters, request_id, ip)
    VALUES (audit.told('actor_id')::uuid, coalesce(audit.told('actor_label'), ''), audit.role_at_work(), what, filters,
            audit.told('request_id'), audit.told('ip'))
$$;
REVOKE ALL ON FUNCTION audit.note_reading FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.note_reading TO aetheris_staff;
