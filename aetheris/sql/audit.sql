-- The trail. It belongs to aetheris_audit, which owns none of the tables it watches; their owner cannot write here.

-- One record for a statement, or for each 500 of its rows. Where a statement touched very many rows, the record keeps
-- their ids, their old images and a digest of the new ones; the new images follow in audit.images within seconds.
CREATE TABLE audit.records (
    id bigint GENERATED ALWAYS AS IDENTITY,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    table_name text NOT NULL,
    action text NOT NULL CHECK (action IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')),
    row_ids uuid[] NOT NULL,
    old_rows jsonb,
    new_rows jsonb,
    digest numeric,
    actor_id uuid,
    actor_label text NOT NULL DEFAULT '',
    db_role text NOT NULL,
    request_id text,
    ip text,
    reason text,
    PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
-- The history of one row.
CREATE INDEX records_row_ids ON audit.records USING gin (row_ids) WITH (fastupdate = on);
-- What one person did, newest first.
CREATE INDEX records_actor ON audit.records (actor_id, occurred_at);
-- What happened to one table, newest first.
CREATE INDEX records_table ON audit.records (table_name, occurred_at);
-- The order of sealing: a transaction's number says what is final, an id does not.
CREATE INDEX records_seal ON audit.records (xid, id);

-- The new images of a record that was written without them.
CREATE TABLE audit.images (
    id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    agrees boolean NOT NULL,
    new_rows jsonb NOT NULL,
    PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX images_seal ON audit.images (xid, id);

-- A list of things to do, no part of the trail: records whose images are still to come.
CREATE TABLE audit.uncaptured (id bigint PRIMARY KEY, occurred_at timestamptz NOT NULL);

-- lz4 packs images several times faster than pglz; a server built without it packs them its own way.
DO $$
BEGIN
    ALTER TABLE audit.records ALTER old_rows SET COMPRESSION lz4, ALTER new_rows SET COMPRESSION lz4;
    ALTER TABLE audit.images ALTER new_rows SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;

ALTER TABLE audit.records ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON audit.records FOR SELECT TO aetheris_staff, aetheris_sealer USING (true);
ALTER TABLE audit.images ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON audit.images FOR SELECT TO aetheris_staff, aetheris_sealer USING (true);

-- Partitions are made ahead of time; the default one catches a clock that runs away.
CREATE FUNCTION audit.make_partitions(ahead integer DEFAULT 3) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE
    first date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
    made integer := 0;
    month date;
    whole text;
    name text;
BEGIN
    FOR step IN 0 .. ahead LOOP
        month := first + make_interval(months => step);
        FOREACH whole IN ARRAY ARRAY['records', 'images'] LOOP
            name := whole || '_' || to_char(month, 'YYYY_MM');
            CONTINUE WHEN to_regclass('audit.' || name) IS NOT NULL;
            EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.%I FOR VALUES FROM (%L) TO (%L)', name, whole,
                           month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
            PERFORM audit.guard(name);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

-- A partition addressed by its own name obeys the same laws.
CREATE FUNCTION audit.guard(name text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.%I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', name);
END $$;

CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% on the audit trail is refused: what is written stays written', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.records
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.images
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

-- Secrets appear as kept or changed, never with their value.
CREATE FUNCTION audit.veil(image jsonb, other jsonb, secrets text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS $$
    SELECT CASE WHEN cardinality(secrets) = 0 THEN image ELSE image || coalesce((
        SELECT jsonb_object_agg(name, CASE
            WHEN jsonb_typeof(image -> name) = 'null' THEN 'null'::jsonb
            WHEN other IS NULL OR other -> name IS NOT DISTINCT FROM image -> name THEN '"[secret]"'::jsonb
            ELSE '"[secret, changed]"'::jsonb END)
        FROM unnest(secrets) name WHERE image ? name), '{}'::jsonb) END
$$;

-- These two carry no SET of their own, so that their callers, who do, take them in.
CREATE FUNCTION audit.told(name text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('aetheris.' || name, true), '') $$;

-- The role that is really at work, seen from inside a definer function.
CREATE FUNCTION audit.role_at_work() RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce(nullif(current_setting('role', true), 'none'), session_user::text) $$;

-- A statement that touches more rows than this leaves its new images to be captured.
CREATE FUNCTION audit.many() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 200';

-- Images must read the same whatever the session's zone and styles, so the watchers bring their own.
CREATE FUNCTION audit.note_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET timezone = 'UTC' SET intervalstyle = 'postgres' AS $$
DECLARE
    secrets text[] := string_to_array(TG_ARGV[0], ',');
BEGIN
    IF TG_ARGV[0] = '' AND (SELECT count(*) > audit.many() FROM (SELECT FROM new_rows LIMIT audit.many() + 1) counted) THEN
        WITH noted AS (
            INSERT INTO audit.records (table_name, action, row_ids, digest, actor_id, actor_label, db_role, request_id, ip, reason)
            SELECT TG_TABLE_NAME, TG_OP, array_agg(id), sum(digest),
                   audit.told('actor_id')::uuid, coalesce(audit.told('actor_label'), ''), audit.role_at_work(),
                   audit.told('request_id'), audit.told('ip'), audit.told('reason')
            FROM (SELECT n.id, hash_record_extended(n, 0) AS digest, row_number() OVER () - 1 AS k FROM new_rows n) numbered
            GROUP BY k / 500 ORDER BY k / 500
            RETURNING id, occurred_at)
        INSERT INTO audit.uncaptured SELECT id, occurred_at FROM noted;
        RETURN NULL;
    END IF;
    INSERT INTO audit.records (table_name, action, row_ids, new_rows, actor_id, actor_label, db_role, request_id, ip, reason)
    SELECT TG_TABLE_NAME, TG_OP, array_agg(id ORDER BY k), jsonb_agg(audit.veil(image, NULL, secrets) ORDER BY k),
           audit.told('actor_id')::uuid, coalesce(audit.told('actor_label'), ''), audit.role_at_work(),
           audit.told('request_id'), audit.told('ip'), audit.told('reason')
    FROM (SELECT n.id, to_jsonb(n) AS image, row_number() OVER () - 1 AS k FROM new_rows n) numbered
    GROUP BY k / 500 ORDER BY k / 500;
    RETURN NULL;
END $$;

CREATE FUNCTION audit.note_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET timezone = 'UTC' SET intervalstyle = 'postgres' AS $$
DECLARE
    secrets text[] := string_to_array(TG_ARGV[0], ',');
BEGIN
    IF EXISTS (SELECT id FROM old_rows EXCEPT SELECT id FROM new_rows) THEN
        RAISE EXCEPTION 'The id of a row of % never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_ARGV[0] = '' AND (SELECT count(*) > audit.many() FROM (SELECT FROM new_rows LIMIT audit.many() + 1) counted) THEN
        WITH noted AS (
            INSERT INTO audit.records (table_name, action, row_ids, old_rows, digest, actor_id, actor_label, db_role, request_id, ip, reason)
            SELECT TG_TABLE_NAME, TG_OP, array_agg(id ORDER BY k), jsonb_agg(was ORDER BY k), sum(digest),
                   audit.told('actor_id')::uuid, coalesce(audit.told('actor_label'), ''), audit.role_at_work(),
                   audit.told('request_id'), audit.told('ip'), audit.told('reason')
            FROM (SELECT o.id, to_jsonb(o) AS was, hash_record_extended(n, 0) AS digest, row_number() OVER () - 1 AS k
                  FROM old_rows o JOIN new_rows n USING (id) WHERE o IS DISTINCT FROM n) numbered
            GROUP BY k / 500 ORDER BY k / 500
            RETURNING id, occurred_at)
        INSERT INTO audit.uncaptured SELECT id, occurred_at FROM noted;
        RETURN NULL;
    END IF;
    INSERT INTO audit.records (table_name, action, row_ids, old_rows, new_rows, actor_id, actor_label, db_role, request_id, ip, reason)
    SELECT TG_TABLE_NAME, TG_OP, array_agg(id ORDER BY k), jsonb_agg(audit.veil(was, NULL, secrets) ORDER BY k),
           jsonb_agg(audit.veil(became, was, secrets) ORDER BY k),
           audit.told('actor_id')::uuid, coalesce(audit.told('actor_label'), ''), audit.role_at_work(),
           audit.told('request_id'), audit.told('ip'), audit.told('reason')
    FROM (SELECT o.id, to_jsonb(o) AS was, to_jsonb(n) AS became, row_number() OVER () - 1 AS k
          FROM old_rows o JOIN new_rows n USING (id) WHERE o IS DISTINCT FROM n) numbered
    GROUP BY k / 500 ORDER BY k / 500;
    RETURN NULL;
END $$;

CREATE FUNCTION audit.note_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET timezone = 'UTC' SET intervalstyle = 'postgres' AS $$
DECLARE
    secrets text[] := string_to_array(TG_ARGV[0], ',');
BEGIN
    INSERT INTO audit.records (table_name, action, row_ids, old_rows, actor_id, actor_label, db_role, request_id, ip, reason)
    SELECT TG_TABLE_NAME, TG_OP, array_agg(id ORDER BY k), jsonb_agg(audit.veil(image, NULL, secrets) ORDER BY k),
           audit.told('actor_id')::uuid, coalesce(audit.told('actor_label'), ''), audit.role_at_work(),
           audit.told('request_id'), audit.told('ip'), audit.told('reason')
    FROM (SELECT o.id, to_jsonb(o) AS image, row_number() OVER () - 1 AS k FROM old_rows o) numbered
    GROUP BY k / 500 ORDER BY k / 500;
    RETURN NULL;
END $$;

CREATE FUNCTION audit.note_truncate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO audit.records (table_name, action, row_ids, actor_id, actor_label, db_role, request_id, ip, reason)
    VALUES (TG_TABLE_NAME, TG_OP, '{}', audit.told('actor_id')::uuid, coalesce(audit.told('actor_label'), ''),
            audit.role_at_work(), audit.told('request_id'), audit.told('ip'), audit.told('reason'));
    RETURN NULL;
END $$;

-- Whoever checks the trail may see the rows it speaks of, but for the secrets among their columns. Called by the
-- tables' owner as a watcher is put on a table.
CREATE FUNCTION audit.admit(name text, secrets text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    columns text;
BEGIN
    EXECUTE format('DROP POLICY IF EXISTS auditor ON public.%I', name);
    EXECUTE format('CREATE POLICY auditor ON public.%I FOR SELECT TO aetheris_audit, aetheris_sealer USING (true)', name);
    IF secrets = '' THEN
        EXECUTE format('GRANT SELECT ON public.%I TO aetheris_audit, aetheris_sealer', name);
    ELSE
        SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = format('public.%I', name)::regclass AND attnum > 0 AND NOT attisdropped
          AND attname <> ALL (string_to_array(secrets, ','));
        EXECUTE format('GRANT SELECT (%s) ON public.%I TO aetheris_sealer', columns, name);
    END IF;
END $$;

-- The new images of a record that was written without them, as the rows were then: what the first later change found,
-- else the row as it stands; with how many were found and whether they are the ones that were written.
CREATE FUNCTION audit.found_images(of_record bigint, moment timestamptz)
RETURNS TABLE (images jsonb, found bigint, agrees boolean) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog SET timezone = 'UTC' SET intervalstyle = 'postgres' AS $$
DECLARE
    record audit.records;
BEGIN
    SELECT * INTO STRICT record FROM audit.records r WHERE r.id = of_record AND r.occurred_at = moment;
    RETURN QUERY EXECUTE format($query$
        WITH changed AS MATERIALIZED (
            SELECT DISTINCT ON (later.row_ids[k]) later.row_ids[k] AS id, later.old_rows -> (k - 1) AS image
            FROM audit.records later CROSS JOIN LATERAL generate_subscripts(later.row_ids, 1) AS k
            WHERE later.table_name = $2 AND later.action IN ('UPDATE', 'DELETE') AND later.id > $3
              AND later.occurred_at >= $4 - interval '1 day' AND later.row_ids && $1 AND later.row_ids[k] = ANY ($1)
            ORDER BY later.row_ids[k], later.id)
        SELECT jsonb_agg(coalesce(changed.image, to_jsonb(live)) ORDER BY k), count(coalesce(changed.id, live.id)),
               sum(hash_record_extended(
                   CASE WHEN changed.id IS NULL THEN live ELSE jsonb_populate_record(NULL::public.%1$I, changed.image) END,
                   0)) = $5
        FROM unnest($1) WITH ORDINALITY AS wanted (id, k)
        LEFT JOIN public.%1$I live ON live.id = wanted.id
        LEFT JOIN changed ON changed.id = wanted.id
        $query$, record.table_name)
    USING record.row_ids, record.table_name, record.id, record.occurred_at, record.digest;
END $$;

-- Turn what waits into images, a few records at a time; how many were turned.
CREATE FUNCTION audit.capture(at_most integer DEFAULT 20) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE
    done integer;
BEGIN
    WITH taken AS (
        DELETE FROM audit.uncaptured WHERE id IN (
            SELECT id FROM audit.uncaptured ORDER BY id FOR UPDATE SKIP LOCKED LIMIT at_most)
        RETURNING id, occurred_at)
    INSERT INTO audit.images (id, occurred_at, agrees, new_rows)
    SELECT taken.id, taken.occurred_at, coalesce(f.agrees, false) AND f.found = jsonb_array_length(f.images),
           coalesce(f.images, '[]')
    FROM taken CROSS JOIN LATERAL audit.found_images(taken.id, taken.occurred_at) f;
    GET DIAGNOSTICS done = ROW_COUNT;
    RETURN done;
END $$;

-- The names of the columns whose values differ.
CREATE FUNCTION audit.differing(was jsonb, became jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog AS $$
    SELECT coalesce(array_agg(key ORDER BY key), '{}')
    FROM jsonb_object_keys(coalesce(became, '{}')) key
    WHERE was IS NOT NULL AND (was -> key IS DISTINCT FROM became -> key OR became ->> key = '[secret, changed]')
$$;

CREATE TABLE audit.records_unforeseen PARTITION OF audit.records DEFAULT;
CREATE TABLE audit.images_unforeseen PARTITION OF audit.images DEFAULT;
SELECT audit.guard('records_unforeseen'), audit.guard('images_unforeseen');
SELECT audit.make_partitions(3);

GRANT SELECT ON audit.records, audit.images TO aetheris_staff, aetheris_sealer;
GRANT SELECT ON audit.uncaptured TO aetheris_sealer;

-- A person may read the history of one row of their own, and of no other's.
CREATE FUNCTION audit.history(of_table text, of_row uuid)
RETURNS TABLE (sequence bigint, occurred_at timestamptz, action text, old_values jsonb, new_values jsonb,
               changed_fields text[], actor_id uuid, actor_label text, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT told.*
    FROM (
        SELECT r.id * 1000 + place.k, r.occurred_at, r.action, r.old_rows -> (place.k - 1), image.new,
               audit.differing(r.old_rows -> (place.k - 1), image.new), r.actor_id, r.actor_label, r.reason
        FROM audit.records r
        LEFT JOIN audit.images i ON i.id = r.id AND i.occurred_at = r.occurred_at
        CROSS JOIN LATERAL (SELECT array_position(r.row_ids, of_row) AS k) place
        CROSS JOIN LATERAL (SELECT CASE
            WHEN r.new_rows IS NOT NULL THEN r.new_rows -> (place.k - 1)
            WHEN i.id IS NOT NULL THEN i.new_rows -> (place.k - 1)
            WHEN r.digest IS NOT NULL
                THEN (SELECT f.images -> (place.k - 1) FROM audit.found_images(r.id, r.occurred_at) f)
            END AS new OFFSET 0) image
        WHERE r.table_name = of_table AND r.row_ids @> ARRAY[of_row]
    ) told (sequence, occurred_at, action, old_values, new_values, changed_fields, actor_id, actor_label, reason)
    WHERE coalesce(told.new_values, told.old_values)
          ->> CASE of_table WHEN 'users' THEN 'id' ELSE 'user_id' END = audit.told('tenant')
    ORDER BY 1
$$;
REVOKE ALL ON FUNCTION audit.history FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.history TO aetheris_app, aetheris_service;
REVOKE ALL ON FUNCTION audit.make_partitions, audit.found_images, audit.capture FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.make_partitions TO aetheris_service, aetheris_owner;
GRANT EXECUTE ON FUNCTION audit.capture TO aetheris_service, aetheris_owner;
