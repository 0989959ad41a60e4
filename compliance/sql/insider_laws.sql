-- What keeps one pair of eyes from looking like two, for laws that look at nothing but the row.

-- Once said, the named column stays as it was said: a role that ended does not come back to life.
CREATE FUNCTION law.set_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    was text := to_jsonb(OLD) ->> TG_ARGV[0];
BEGIN
    IF was IS NOT NULL AND was IS DISTINCT FROM to_jsonb(NEW) ->> TG_ARGV[0] THEN
        RAISE EXCEPTION '% is said once and stays', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- A row begins with the named column empty.
CREATE FUNCTION law.begins_without() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF to_jsonb(NEW) ->> TG_ARGV[0] IS NOT NULL THEN
        RAISE EXCEPTION '% comes later, by somebody else', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- An answer is given once; the case it led to may still be named.
CREATE FUNCTION law.answered_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.state <> 'open' AND (NEW.state, NEW.resolution) IS DISTINCT FROM (OLD.state, OLD.resolution) THEN
        RAISE EXCEPTION 'What was answered stays answered' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
