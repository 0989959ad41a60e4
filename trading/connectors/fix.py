"""I listen to a broker's FIX 4.4 drop copy: its execution reports become trades."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from time import monotonic
from typing import Any

from aetheris import outbound
from trading.connectors import Ask, BrokerRefused, BrokerUnreachable, Connector, Fetched, connectors
from trading.filling import Deal, Filling
from trading.fix.session import EXECUTION, Heard, LogonRefused, Numbers, Session, SessionEnded

RESERVED = 500  # numbers set aside before the first is used: a killed session never uses one twice
QUIET_SECONDS = 2.0
SIDES = {"1": True, "2": False, "3": True, "4": False, "5": False, "6": False}
CANCELLED, CORRECTED = "H", "G"


@connectors.named("fix")
class Fix(Connector):
    title = "FIX 4.4 drop copy"
    about = "For brokers that send execution reports over FIX. Ask yours for a drop copy session."
    asks = (
        Ask("host", "Host"),
        Ask("port", "Port"),
        Ask("sender", "SenderCompID", help="Who we are to them."),
        Ask("target", "TargetCompID", help="Who they are."),
        Ask("username", "Username", required=False),
        Ask("api_secret", "Password", where="api_secret", secret=True, required=False),
        Ask("plain", "Without TLS", required=False, help="Write yes only for a line that is secured otherwise."),
        Ask("heartbeat", "Heartbeat seconds", required=False, help="30 by default."),
    )

    def authenticate(self) -> None:
        """The line is opened and logged on to; it stays open until close."""
        told, numbers = self.access.config, self.access.memory.get("numbers", {})
        self.until = monotonic() + self.access.seconds
        self.reports: list[Heard] = []
        self.numbers = Numbers(int(numbers.get("incoming", 1)), int(numbers.get("outgoing", 1)))
        try:
            host, port, secure = str(told.get("host", "")), int(told.get("port", 0)), told.get("plain") != "yes"
            line = outbound.connect(host, port, secure=secure, seconds=10)
        except (OSError, ValueError) as lost:
            raise BrokerUnreachable(broker="The FIX server", why=str(lost)[:160]) from lost
        self.session = Session(line, str(told.get("sender", "")), str(told.get("target", "")), self.numbers,
                               self._take, heartbeat=int(told.get("heartbeat") or 30))  # fmt: skip
        ahead = {"incoming": self.numbers.incoming, "outgoing": self.numbers.outgoing + RESERVED}
        self.access.remember({**self.access.memory, "numbers": ahead})
        try:
            self.session.log_on(username=str(told.get("username") or ""), password=self.access.api_secret,
                                until=monotonic() + 10)  # fmt: skip
        except LogonRefused as refusal:
            raise BrokerRefused(broker="The FIX server", why=str(refusal)[:200]) from refusal
        except SessionEnded as ended:
            raise BrokerUnreachable(broker="The FIX server", why=str(ended)) from ended

    def fetch_trades(self, cursor: str | None) -> Fetched:
        """What came in order before the line ended counts, and the next session goes on from there."""
        try:
            self.session.listen(quiet=QUIET_SECONDS, until=self.until)
        except SessionEnded as ended:
            if not self.reports:
                raise BrokerUnreachable(broker="The FIX server", why=str(ended)) from ended
        filling = Filling("fix", self.access.memory, {self.access.currency, ""})
        late = 0
        deals = []
        for report in self.reports:
            if report.of(150) in (CANCELLED, CORRECTED):
                late += not filling.forget(_key(report, report.of(19)))
            if report.of(150) != CANCELLED and (deal := _deal(report)):
                deals.append(deal)
        rows = filling.rows(deals)
        memory = filling.memory() | {"late_corrections": int(self.access.memory.get("late_corrections", 0)) + late}
        told = {"incoming": self.numbers.incoming, "outgoing": self.numbers.outgoing + 1}  # the logout takes one
        return Fetched(tuple(rows), str(self.numbers.incoming), {**memory, "numbers": told})

    def _take(self, heard: Heard) -> None:
        if heard.kind == EXECUTION:
            self.reports.append(heard)

    def validate(self) -> str:
        self.authenticate()
        self.access.remember({**self.access.memory, "numbers": {
            "incoming": int(self.access.memory.get("numbers", {}).get("incoming", 1)),
            "outgoing": self.numbers.outgoing + 1}})  # fmt: skip
        return "The FIX server answers our logon."

    def close(self) -> None:
        session: Any = getattr(self, "session", None)
        if session is not None:
            with suppress(SessionEnded, OSError):
                session.log_out()
            with suppress(OSError):
                session.line.close()


def _deal(report: Heard) -> Deal | None:
    """None for a report that tells of no fill."""
    try:
        quantity, price = Decimal(report.of(32) or 0), Decimal(report.of(31) or 0)
        at = datetime.strptime(report.of(60)[:17], "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC)
        fee = Decimal(report.of(12) or 0)
    except (InvalidOperation, ValueError):
        raise BrokerRefused(broker="The FIX server", why=f"execution {report.of(17)[:40]} cannot be read") from None
    if quantity <= 0 or price <= 0 or report.of(54) not in SIDES:
        return None
    return Deal(id=_key(report, report.of(17)), symbol=report.of(55), buys=SIDES[report.of(54)], quantity=quantity,
                price=price, at=at, quote=report.of(15), fee=fee,
                fee_currency=report.of(15), book=report.of(1))  # fmt: skip


def _key(report: Heard, exec_id: str) -> str:
    """An ExecID is its sender's own within a day; a resent report keeps the day it was first sent."""
    return f"{report.of(49)}>{report.of(56)} {(report.of(122) or report.of(52))[:8]} {exec_id}"
