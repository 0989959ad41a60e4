-- Which sealing keys were ever in use here, by their ids; the keys themselves are never in the database.
CREATE TABLE sealing_keys (
    key_id text PRIMARY KEY CHECK (key_id ~ '^[0-9a-f]{8}$'),
    first_used_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON sealing_keys
    FOR EACH STATEMENT EXECUTE FUNCTION law.refuse('the ids of sealing keys are kept');
GRANT SELECT, INSERT ON sealing_keys TO aetheris_app, aetheris_service;

