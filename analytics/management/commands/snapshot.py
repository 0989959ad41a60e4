"""I build snapshots anew: every day of an account, and its KPIs as of a day."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from aetheris import clock
from aetheris.db.tenancy import acting_as

if TYPE_CHECKING:
    from analytics.snapshots import Sums

type Chosen = tuple[UUID, UUID, date | None]


class Command(BaseCommand):
    help = "(Re)build daily and KPI snapshots of one account or of all (all needs AETHERIS_ROLE=service)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", type=UUID)
        parser.add_argument(
            "--date", type=date.fromisoformat, help="the trading day of the KPI snapshot; today by default"
        )
        parser.add_argument("--all", action="store_true")
        parser.add_argument("--user", metavar="EMAIL", help="whose account it is, when run as the app")
        parser.add_argument("--check", action="store_true", help="write nothing: say whether the days equal the trades")
        parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes that share the accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["account"] and not options["all"]:
            raise CommandError("Say which: --account ID or --all")
        if options["workers"] < 1:
            raise CommandError("--workers is at least 1.")
        known = _accounts(options["user"])
        chosen = [(a, u, options["date"]) for a, u in known if options["all"] or a == options["account"]]
        if not chosen:
            raise CommandError("No such account.")
        if options["check"]:
            self._check(chosen)
            return
        for place, line in enumerate(_rebuilt(chosen, options["workers"]), start=1):
            self.stdout.write(line)
            if sys.stderr.isatty():
                self.stderr.write(f"{place} of {len(chosen)}", ending="\r")

    def _check(self, chosen: Sequence[Chosen]) -> None:
        differing = []
        for name, found in map(_summed, chosen):
            self.stdout.write(f"{name}: days {found.booked} - trades {found.traded} = {found.difference:f}")
            differing += [name] if found.difference else []
        if differing:
            raise CommandError(f"The days of {', '.join(differing)} differ from the trades: run `snapshot` on them.")
        self.stdout.write(f"{len(chosen)} accounts, every one with difference 0")


def _accounts(email: str | None) -> list[tuple[UUID, UUID]]:
    from accounts.models import TradingAccount
    from accounts.signin import person_of

    if email:
        id = person_of(email)
        if id is None:
            raise CommandError(f"There is nobody with the e-mail {email}.")
        with acting_as(id):
            return list(TradingAccount.objects.values_list("id", "user_id"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, user_id FROM door.all_accounts()")
        return list(cursor.fetchall())


def _rebuilt(chosen: Iterable[Chosen], workers: int) -> Iterator[str]:
    """One line for each account, as it is done."""
    if workers == 1:
        yield from map(_rebuild, chosen)
        return
    connections.close_all()  # no two processes may share a connection
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin) as pool:
        for done in as_completed([pool.submit(_rebuild, one) for one in chosen]):
            yield done.result()


def _begin() -> None:
    """A new process knows nothing of Django."""
    import django

    django.setup()


def _summed(one: Chosen) -> "tuple[str, Sums]":
    from accounts.models import TradingAccount
    from analytics import snapshots

    account_id, user_id, _ = one
    with acting_as(user_id):
        account = TradingAccount.objects.get(pk=account_id)
        return account.account_name, snapshots.sums(account)


def _rebuild(one: Chosen) -> str:
    from accounts.models import TradingAccount
    from analytics import services, snapshots

    account_id, user_id, day = one
    with acting_as(user_id, label="snapshot"):
        account = TradingAccount.objects.get(pk=account_id)
        days = snapshots.rebuild(account)
        kept = services.keep_metrics(
            account, day or clock.trading_day(clock.now(), account.day_timezone, account.day_starts_at)
        )
    return (
        f"{account.account_name}: {days.days} days, {days.written} written, {days.removed} removed, "
        f"{len(kept.metrics)} KPIs as of {kept.snapshot_date}"
    )
