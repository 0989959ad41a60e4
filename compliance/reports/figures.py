"""I count what the desk has done: cases and their ages, decisions, breaches by firm and rule, what each of the
staff did."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from aetheris.db.router import door

CASES = """
    WITH every AS (
        SELECT 'KYC' AS kind, state, created_at, due_at, state IN ('draft', 'submitted', 'in_review') AS living
        FROM kyc_cases
        UNION ALL SELECT 'AML', state, created_at, due_at, state NOT IN ('closed', 'reported') FROM aml_cases)
    SELECT kind, state, count(*), round(avg(extract(epoch FROM now() - created_at) / 86400)::numeric, 1),
           round(max(extract(epoch FROM now() - created_at) / 86400)::numeric, 1),
           count(*) FILTER (WHERE living AND due_at < now())
    FROM every WHERE created_at >= %(since)s AND created_at < %(until)s GROUP BY 1, 2 ORDER BY 1, 2
"""
DECISIONS = """
    SELECT kind, outcome, coalesce(verdict, 'waits'), count(*),
           round(avg(extract(epoch FROM decided_at - created_at) / 3600)::numeric, 1)
    FROM decisions WHERE created_at >= %(since)s AND created_at < %(until)s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
BREACHES = """
    SELECT coalesce(a.prop_firm_rules ->> 'firm_name', nullif(a.broker, ''), 'no firm'), b.breach_type, b.breach_level,
           count(*), count(DISTINCT b.account_id)
    FROM armor_breaches b JOIN accounts a ON a.id = b.account_id
    WHERE b.created_at >= %(since)s AND b.created_at < %(until)s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
STAFF = """
    WITH done AS (
        SELECT proposed_by_id AS person, 'proposed' AS what FROM decisions
            WHERE created_at >= %(since)s AND created_at < %(until)s
        UNION ALL SELECT decided_by_id, 'decided' FROM decisions
            WHERE decided_at >= %(since)s AND decided_at < %(until)s
        UNION ALL SELECT author_id, 'noted' FROM case_notes WHERE created_at >= %(since)s AND created_at < %(until)s
        UNION ALL SELECT reviewer_id, kind FROM entry_reviews WHERE created_at >= %(since)s AND created_at < %(until)s
        UNION ALL SELECT resolved_by_id, 'hits resolved' FROM screening_hits
            WHERE resolved_at >= %(since)s AND resolved_at < %(until)s
        UNION ALL SELECT reader_id, 'pages read' FROM audit.readings
            WHERE occurred_at >= %(since)s AND occurred_at < %(until)s)
    SELECT u.email, what, count(*) FROM done JOIN users u ON u.id = done.person GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Report:
    name: str
    title: str
    columns: tuple[str, ...]
    query: str


REPORTS = {
    report.name: report
    for report in (
        Report(
            "cases",
            "Cases and their ages",
            ("kind", "state", "cases", "mean age, days", "oldest, days", "overdue"),
            CASES,
        ),
        Report(
            "decisions", "Decisions", ("kind", "outcome", "verdict", "decisions", "mean hours to decide"), DECISIONS
        ),
        Report("breaches", "Breaches by firm and rule", ("firm", "rule", "level", "breaches", "accounts"), BREACHES),
        Report("staff", "What each of the staff did", ("who", "what", "times"), STAFF),
    )
}


def rows(report: Report, since: date, until: date) -> list[tuple[Any, ...]]:
    with connections[door.get()].cursor() as cursor:
        cursor.execute(report.query, {"since": since, "until": until})
        return list(cursor.fetchall())
