-- The trading days of accounts from their closed trades, from a day on: only what differs is written, only what is no
-- day any more goes. Asked by `analytics.snapshots`, which tells each account's clock and what the days before came to.
-- Whole-number division, since a quotient is kept at the eighth decimal, half to even, as `aetheris.money` rounds.
WITH asked AS (
    SELECT * FROM unnest(
        %(accounts)s::uuid[], %(zones)s::text[], %(starts)s::time[], %(ahead)s::int[], %(since)s::timestamptz[],
        %(first)s::date[], %(opening)s::numeric[], %(peak)s::numeric[]
    ) AS t (account_id, zone, starts_at, ahead, since, first, opening, peak)
), told AS MATERIALIZED (
    SELECT account_id, day AS snapshot_date, n::int AS trades_count, won AS gross_profit, lost AS gross_loss,
           net AS net_pnl, fees, opening + made - net AS opening_equity, opening + made AS closing_equity,
           top AS peak_equity, deepest AS max_drawdown,
           0.00000001 * (win_units + (2 * win_rest > n OR 2 * win_rest = n AND win_units %% 2 = 1)::int) AS win_rate,
           0.00000001 * (factor_units + (2 * factor_rest > -lost
               OR 2 * factor_rest = -lost AND mod(factor_units, 2) = 1)::int) AS profit_factor,
           0.00000001 * (mean_units + sign(net) * (2 * mean_rest > n
               OR 2 * mean_rest = n AND mod(mean_units, 2) <> 0)::int) AS expectancy
    FROM asked CROSS JOIN LATERAL (
        SELECT *, wins * 100000000 / n AS win_units, wins * 100000000 %% n AS win_rest,
               -- None without losses, nor where there are so few that it would be too large to keep.
               CASE WHEN won < 999999999999 * -lost THEN div(won * 100000000, -lost) END AS factor_units,
               CASE WHEN won < 999999999999 * -lost THEN mod(won * 100000000, -lost) END AS factor_rest,
               div(net * 100000000, n) AS mean_units, abs(mod(net * 100000000, n)) AS mean_rest,
               sum(net) OVER (ORDER BY day ROWS UNBOUNDED PRECEDING) AS made
        FROM (
            SELECT day, count(*) AS n, count(*) FILTER (WHERE pnl > 0) AS wins, sum(pnl) AS net, sum(fee) AS fees,
                   coalesce(sum(pnl) FILTER (WHERE pnl > 0), 0) AS won,
                   coalesce(sum(pnl) FILTER (WHERE pnl < 0), 0) AS lost,
                   max(top) AS top, max(top - balance) AS deepest
            FROM (
                SELECT day, pnl, fee, balance, greatest(peak, max(balance) OVER in_turn) AS top
                FROM (
                    SELECT *, opening + sum(pnl) OVER in_turn AS balance
                    FROM (
                        -- A day that clocks put back begin twice is one day: its results stand together.
                        SELECT ((exit_time AT TIME ZONE zone) - starts_at::interval)::date + ahead AS day,
                               exit_time, entry_time, id, pnl, commissions - swap AS fee
                        FROM trades
                        WHERE user_id = %(user)s AND trades.account_id = asked.account_id AND deleted_at IS NULL
                          AND exit_time IS NOT NULL AND exit_time >= since
                        OFFSET 0
                    ) AS booked
                    WHERE day >= first
                    WINDOW in_turn AS (ORDER BY day, exit_time, entry_time, id ROWS UNBOUNDED PRECEDING)
                ) AS standing
                WINDOW in_turn AS (ORDER BY day, exit_time, entry_time, id ROWS UNBOUNDED PRECEDING)
            ) AS below
            GROUP BY day
        ) AS summed
    ) AS divided
), changed AS (
    SELECT told.* FROM told
    LEFT JOIN daily_snapshots kept
        ON kept.user_id = %(user)s AND kept.account_id = ANY (%(accounts)s) AND kept.account_id = told.account_id
        AND kept.snapshot_date = told.snapshot_date
    WHERE kept.id IS NULL
       OR (kept.gross_profit, kept.gross_loss, kept.net_pnl, kept.trades_count, kept.fees, kept.win_rate,
           kept.profit_factor, kept.expectancy, kept.opening_equity, kept.closing_equity, kept.peak_equity,
           kept.max_drawdown)
          IS DISTINCT FROM
          (told.gross_profit, told.gross_loss, told.net_pnl, told.trades_count, told.fees, told.win_rate,
           told.profit_factor, told.expectancy, told.opening_equity, told.closing_equity, told.peak_equity,
           told.max_drawdown)
), gone AS (
    DELETE FROM daily_snapshots old USING asked
    WHERE old.user_id = %(user)s AND old.account_id = asked.account_id AND old.snapshot_date >= first
      AND NOT EXISTS (
          SELECT FROM told WHERE (told.account_id, told.snapshot_date) = (old.account_id, old.snapshot_date)
      )
    RETURNING old.account_id
), written AS (
    -- The id is what law.uuid7() gives, in place: calling that function once a row is half the cost of a row.
    INSERT INTO daily_snapshots (
        id, user_id, account_id, snapshot_date, gross_profit, gross_loss, net_pnl, trades_count, fees, win_rate,
        profit_factor, expectancy, opening_equity, closing_equity, peak_equity, max_drawdown)
    SELECT encode(set_bit(set_bit(
               overlay(uuid_send(gen_random_uuid())
                       PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                       FROM 1 FOR 6),
               52, 1), 53, 1), 'hex')::uuid,
           %(user)s, account_id, snapshot_date, gross_profit, gross_loss, net_pnl, trades_count, fees, win_rate,
           profit_factor, expectancy, opening_equity, closing_equity, peak_equity, max_drawdown
    FROM changed
    ON CONFLICT (account_id, snapshot_date) DO UPDATE SET
        gross_profit = excluded.gross_profit, gross_loss = excluded.gross_loss, net_pnl = excluded.net_pnl,
        trades_count = excluded.trades_count, fees = excluded.fees, win_rate = excluded.win_rate,
        profit_factor = excluded.profit_factor, expectancy = excluded.expectancy,
        opening_equity = excluded.opening_equity, closing_equity = excluded.closing_equity,
        peak_equity = excluded.peak_equity, max_drawdown = excluded.max_drawdown
    RETURNING account_id
)
SELECT account_id, count(*) FILTER (WHERE what = 1), count(*) FILTER (WHERE what = 2), count(*) FILTER (WHERE what = 3)
FROM (
    SELECT account_id, 1 AS what FROM told
    UNION ALL SELECT account_id, 2 FROM written
    UNION ALL SELECT account_id, 3 FROM gone
) AS done
GROUP BY account_id
