-- BEFORE UPDATE on trades: what a broker said of a closed trade changes only on the sync path, which says why.
CREATE OR REPLACE FUNCTION law.keep_trade_economics() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    name text;
    was jsonb;
    becomes jsonb;
BEGIN
    IF OLD.source = 'manual' OR OLD.exit_time IS NULL
       OR coalesce(current_setting('aetheris.path', true), '') = 'sync' THEN
        RETURN NEW;
    END IF;
    was := to_jsonb(OLD);
    becomes := to_jsonb(NEW);
    FOREACH name IN ARRAY string_to_array(TG_ARGV[0], ',') LOOP
        IF was -> name IS DISTINCT FROM becomes -> name THEN
            RAISE EXCEPTION '% of an imported closed trade changes only through the broker: sync it again with '
                'conflict policy overwrite', name USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
