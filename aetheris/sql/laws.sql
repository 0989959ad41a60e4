-- The laws any table may declare. They guard, count and refuse; they never decide.

-- Time-ordered UUID, version 7 (RFC 9562): 48 bits of milliseconds, then random.
CREATE OR REPLACE FUNCTION law.uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
SET search_path = pg_catalog AS $$
    SELECT encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                    FROM 1 FOR 6),
            52, 1), 53, 1), 'hex')::uuid
$$;

-- BEFORE UPDATE: the moment and the count of changes are the database's to keep.
CREATE OR REPLACE FUNCTION law.touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    image jsonb := to_jsonb(OLD);
BEGIN
    NEW.updated_at := clock_timestamp();
    IF TG_NARGS > 0 AND image ? TG_ARGV[0] THEN
        NEW := jsonb_populate_record(NEW, jsonb_build_object('version', (image ->> 'version')::bigint + 1));
    END IF;
    RETURN NEW;
END $$;

-- BEFORE DELETE or TRUNCATE or UPDATE: never, and what to do instead.
CREATE OR REPLACE FUNCTION law.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

-- BEFORE UPDATE: everything stays but the columns named in the first argument.
CREATE OR REPLACE FUNCTION law.keep_all_but() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    free text[] := string_to_array(TG_ARGV[0], ',');
BEGIN
    IF to_jsonb(OLD) - free IS DISTINCT FROM to_jsonb(NEW) - free THEN
        RAISE EXCEPTION 'UPDATE on % is refused: only % may change after a row is written', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE UPDATE OF a state: only the steps that are drawn may be walked.
CREATE OR REPLACE FUNCTION law.walk() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    was text := to_jsonb(OLD) ->> TG_ARGV[0];
    becomes text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
    IF was IS DISTINCT FROM becomes AND NOT (was || '>' || becomes) = ANY (string_to_array(TG_ARGV[1], ',')) THEN
        RAISE EXCEPTION '% cannot go from % to %', TG_ARGV[0], was, becomes USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
