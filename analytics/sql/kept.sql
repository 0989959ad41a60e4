-- What the worker may see of everyone's snapshots: each account's clock and what is kept of it. Whether a day is over
-- and what must be computed anew is for Python to say.
CREATE FUNCTION door.snapshots_kept(engine text) RETURNS TABLE (
    account_id uuid, user_id uuid, day_timezone text, day_starts_at time, account_changed_at timestamptz,
    kept_day date, kept_at timestamptz, outdated boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT account.id, account.user_id, account.day_timezone, account.day_starts_at, account.updated_at,
           latest.snapshot_date, latest.updated_at,
           coalesce(latest.engine_version <> engine, false) OR EXISTS (
               SELECT FROM public.kpi_snapshots stale
               WHERE stale.user_id = account.user_id AND stale.account_id = account.id AND stale.is_stale
           )
    FROM public.accounts account
    LEFT JOIN LATERAL (
        SELECT kept.snapshot_date, kept.updated_at, kept.engine_version FROM public.kpi_snapshots kept
        WHERE kept.user_id = account.user_id AND kept.account_id = account.id
        ORDER BY kept.snapshot_date DESC LIMIT 1
    ) latest ON true
    WHERE account.deleted_at IS NULL AND account.account_status = 'active'
    ORDER BY account.user_id, account.id
$$;
REVOKE ALL ON FUNCTION door.snapshots_kept FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.snapshots_kept TO aetheris_service;
