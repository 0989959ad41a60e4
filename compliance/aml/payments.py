"""I read payments that a bank or a payment service told, from a table the desk imports: all of it or nothing."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from accounts.models import User
from aetheris.errors import AetherisError
from compliance.models import Payment
from compliance.models.payments import Direction

COLUMNS = ("paid_at", "email", "direction", "amount", "currency", "reference")
MOST = 100_000
SHOWN = 5


class PaymentsNotRead(AetherisError):
    """These payments cannot be read: {why}. Nothing was imported. Wanted is CSV in UTF-8 with the columns paid_at,
    email, direction (in or out), amount, currency, reference."""

    code = "payments_not_read"
    status = 422


def import_payments(*, content: bytes, name: str, by: User) -> tuple[int, int]:
    """(new, known already). A payment is known by its person and reference."""
    rows = list(_rows(content))
    people = _people({row["email"].strip().lower() for _, row in rows})
    made, wrong = [], []
    for number, row in rows:
        try:
            made.append(_payment(row, people, name, by))
        except ValueError as refusal:
            wrong.append(f"row {number}: {refusal}")
    if wrong:
        more = f", and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise PaymentsNotRead(why="; ".join(wrong[:SHOWN]) + more)
    before = Payment.objects.count()
    Payment.objects.bulk_create(made, batch_size=2000, ignore_conflicts=True)
    new = Payment.objects.count() - before
    return new, len(made) - new


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise PaymentsNotRead(why=f"the column {missing[0]} is missing")
        for number, row in enumerate(reader, 2):
            if number > MOST:
                raise PaymentsNotRead(why=f"it has more than {MOST:,} rows")
            yield number, {name: row[name] or "" for name in COLUMNS}
    except (UnicodeDecodeError, csv.Error) as broken:
        raise PaymentsNotRead(why="it is no text table") from broken


def _people(emails: set[str]) -> dict[str, UUID]:
    found = User.objects.filter(email__in=emails).values_list("email", "pk")
    return {email.lower(): id for email, id in found}


def _payment(row: dict[str, str], people: dict[str, UUID], name: str, by: User) -> Payment:
    email, direction = row["email"].strip().lower(), row["direction"].strip().lower()
    if email not in people:
        raise ValueError(f"nobody here has the e-mail {email or '(none)'}")
    if direction not in Direction.values:
        raise ValueError("direction is neither in nor out")
    if not row["reference"].strip():
        raise ValueError("it has no reference")
    return Payment(
        subject_id=people[email], direction=direction, amount=_amount(row["amount"]),
        currency=_currency(row["currency"]), paid_at=_moment(row["paid_at"]), source=name[:200],
        reference=row["reference"].strip()[:200], imported_by_id=by.pk,
    )  # fmt: skip


def _amount(told: str) -> Decimal:
    try:
        amount = Decimal(told.strip())
    except InvalidOperation:
        raise ValueError(f"{told!r} is no amount; write 9500.00") from None
    if not (amount.is_finite() and 0 < amount < 10**12):
        raise ValueError(f"{told!r} is no amount above nought")
    return amount


def _currency(told: str) -> str:
    if not (len(told.strip()) == 3 and told.strip().isalpha()):
        raise ValueError(f"{told!r} is no currency; write USD")
    return told.strip().upper()


def _moment(told: str) -> datetime:
    """Without a zone it is UTC."""
    try:
        found: Any = datetime.fromisoformat(told.strip())
    except ValueError:
        raise ValueError(f"{told!r} is no moment; write 2026-11-20 or 2026-11-20T09:30:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)  # type: ignore[no-any-return]
