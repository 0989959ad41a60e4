-- What the worker may see across people: whose outboxes hold something whose time has come, and nothing of what it is.
CREATE FUNCTION door.unannounced() RETURNS TABLE (user_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT user_id FROM public.armor_breach_counters WHERE last_number > announced_number LIMIT 500
$$;

-- The oldest few thousand are looked at, so that one long outbox does not make the look itself long.
CREATE FUNCTION door.due_webhooks() RETURNS TABLE (user_id uuid, endpoint_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT user_id, endpoint_id FROM (
        SELECT user_id, endpoint_id, next_retry_at FROM public.webhook_events
        WHERE status = 'pending' AND next_retry_at <= now() ORDER BY next_retry_at LIMIT 5000) due
    WHERE endpoint_id IS NOT NULL GROUP BY 1, 2 ORDER BY min(next_retry_at) LIMIT 500
$$;

CREATE FUNCTION door.due_mails() RETURNS TABLE (user_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT DISTINCT user_id FROM public.mail_notices
    WHERE sent_at IS NULL AND gave_up_at IS NULL AND due_at <= now() LIMIT 500
$$;

CREATE FUNCTION door.due_limit_changes() RETURNS TABLE (id uuid, user_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT id, user_id FROM public.limit_changes WHERE status = 'waiting' AND effective_at <= now() LIMIT 500
$$;

CREATE FUNCTION door.due_flatten_orders() RETURNS TABLE (id uuid, user_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
    SELECT id, user_id FROM public.flatten_orders
    WHERE status = 'waiting' AND next_try_at <= now() ORDER BY next_try_at LIMIT 500
$$;

REVOKE ALL ON FUNCTION door.unannounced, door.due_webhooks, door.due_mails, door.due_limit_changes,
    door.due_flatten_orders FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door.unannounced, door.due_webhooks, door.due_mails, door.due_limit_changes,
    door.due_flatten_orders TO aetheris_service;
