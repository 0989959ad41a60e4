"""I begin and end a trader's sessions: one open at a time for each account."""

from collections.abc import Mapping
from typing import Any

from accounts.models import TradingAccount
from aetheris import clock
from trading.errors import AccountClosed, SessionOpen
from trading.models import TradingSession


def begin_session(*, account: TradingAccount, values: Mapping[str, Any]) -> TradingSession:
    if account.is_closed:
        raise AccountClosed(account=account.account_name)
    told = {"session_start": clock.now(), **values}
    if not told.get("session_end") and TradingSession.objects.filter(account=account, session_end=None).exists():
        raise SessionOpen
    session = TradingSession.objects.create(account=account, user_id=account.user_id, **told)
    session.refresh_from_db()
    return session


def change_session(*, session: TradingSession, values: Mapping[str, Any]) -> TradingSession:
    TradingSession.objects.filter(pk=session.pk).update(**values)
    session.refresh_from_db()
    return session
