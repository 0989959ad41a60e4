-- What all processes of the product know for a while: answers kept for a repeated request, tickets, counts of attempts.
-- Keys are digests, texts are sealed; a row past its time is nothing, and is swept later.
CREATE TABLE IF NOT EXISTS shared_store (
    key text PRIMARY KEY,
    number bigint,
    sealed bytea,
    expires_at timestamptz NOT NULL,
    CHECK ((number IS NULL) <> (sealed IS NULL))
) WITH (fillfactor = 70);
-- Sweeping what is over.
CREATE INDEX IF NOT EXISTS shared_store_expiry ON shared_store (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON shared_store TO aetheris_app, aetheris_service;
GRANT SELECT ON shared_store TO aetheris_staff;
