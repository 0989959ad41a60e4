"""I speak to any JSON service over HTTPS, by a saved mapping of its words to ours."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from aetheris import clock, outbound
from trading.connectors import (
    Ask,
    BrokerBusy,
    BrokerRefused,
    BrokerUnreachable,
    Connector,
    Fetched,
    Standing,
    connectors,
)
from trading.positions import as_position
from trading.rows import TradeRow
from trading.telling import row_of

PAGES = 50
EXAMPLE = '{"symbol": "instrument", "side": "direction", "pnl": "result.net"}'


@connectors.named("rest")
class Rest(Connector):
    title = "Any JSON service"
    about = "For a broker with a web API of its own: say where its trades are and what it calls their fields."
    asks = (
        Ask("url", "Address of the trades", help="https:// only; ?since=… is added to it."),
        Ask("api_key", "Key", where="api_key", secret=True, required=False, help="Sent as Authorization: Bearer."),
        Ask(
            "list", "Where the list stands", required=False, help="Dots between names, as data.trades; blank: the top."
        ),
        Ask("fields", "Names of the fields", required=False, help=f"Ours to theirs, as {EXAMPLE}."),
        Ask("since", "Name of the parameter to go on from", required=False, help="By default since."),
        Ask("cursor", "Which field of a trade to go on from", required=False, help="By default exit_time."),
        Ask("standing_url", "Address of the balance", required=False, help="JSON with balance, equity, positions."),
        Ask(
            "flatten_url", "Address that closes every position", required=False,
            help="Asked by POST when Armor closes you out. The address of the balance must tell the positions.",
        ),
    )  # fmt: skip
    flattens = True

    def authenticate(self) -> None:
        self._get(self._url(None))

    def fetch_trades(self, cursor: str | None) -> Fetched:
        rows: dict[str, TradeRow] = {}
        latest = cursor or ""
        for _ in range(PAGES):
            told = [self._ours(one) for one in self._listed(self._get(self._url(latest or None)))]
            new = [row_of(one, broker="rest", number=number) for number, one in enumerate(told, 1)]
            fresh = {row.broker_trade_id: row for row in new if row.broker_trade_id not in rows}
            rows |= fresh
            before, latest = latest, max([latest, *(str(one.get(self._cursor) or "") for one in told)])
            if not fresh or latest == before:
                break
        return Fetched(tuple(rows.values()), latest)

    @property
    def _cursor(self) -> str:
        return str(self.access.config.get("cursor") or "exit_time")

    def fetch_standing(self) -> Standing | None:
        if not (url := self.access.config.get("standing_url")):
            return None
        told = self._get(str(url))
        try:
            at = told.get("read_at")
            balance, equity = (
                None if told.get(name) is None else Decimal(str(told[name])) for name in ("balance", "equity")
            )
            positions = [as_position(one) for one in told.get("positions") or ()]
            return Standing(datetime.fromisoformat(at) if at else clock.now(), balance, equity, positions)
        except (AttributeError, TypeError, ValueError, ArithmeticError) as flaw:
            raise BrokerRefused(broker="The service", why=f"its balance cannot be read ({flaw})"[:200]) from flaw

    @classmethod
    def can_flatten(cls, config: Mapping[str, Any]) -> bool:
        return bool(config.get("flatten_url") and config.get("standing_url"))

    def flatten(self) -> int:
        """How many stood before. Until the broker says that none stands, it is asked again."""
        before = self._standing_positions()
        if before:
            self._get(str(self.access.config["flatten_url"]), method="POST")
            if left := self._standing_positions():
                raise BrokerUnreachable(broker="The service", why=f"{left} of {before} positions still stand")
        return before

    def _standing_positions(self) -> int:
        standing = self.fetch_standing()
        return len(standing.positions) if standing else 0

    def _url(self, since: str | None) -> str:
        url = str(self.access.config.get("url", ""))
        if not since:
            return url
        return f"{url}{'&' if '?' in url else '?'}{urlencode({self.access.config.get('since') or 'since': since})}"

    def _get(self, url: str, method: str = "GET") -> Any:
        headers = {"Accept": "application/json", "User-Agent": "Aetheris/1"}
        if self.access.api_key:
            headers["Authorization"] = f"Bearer {self.access.api_key}"
        try:
            reply = outbound.call(method, url, headers=headers, seconds=min(10.0, self.access.seconds))
        except (OSError, ValueError) as lost:
            raise BrokerUnreachable(broker="The service", why=str(lost)[:160]) from lost
        return answer_of(reply, "The service")

    def _listed(self, told: Any) -> list[Any]:
        found = _at(told, str(self.access.config.get("list") or ""))
        if not isinstance(found, list):
            raise BrokerRefused(broker="The service", why="there is no list of trades where its mapping says")
        return found

    def _ours(self, one: Any) -> dict[str, Any]:
        own = dict(one) if isinstance(one, dict) else {}
        return own | {ours: _at(one, str(theirs)) for ours, theirs in self._names().items()}

    def _names(self) -> Mapping[str, Any]:
        names = self.access.config.get("fields") or {}
        try:
            names = json.loads(names) if isinstance(names, str) else names
        except ValueError:
            names = None
        if not isinstance(names, dict):
            raise BrokerRefused(broker="The service", why=f"its names of fields are no JSON object such as {EXAMPLE}")
        return names


def answer_of(reply: outbound.Reply, broker: str) -> Any:
    """The JSON of an answer, or whose fault it is that there is none."""
    if reply.status == 429:
        wait = reply.headers.get("retry-after", "")
        raise BrokerBusy(broker=broker, seconds=int(wait) if wait.isdigit() else 60)
    if reply.status in (401, 403, 404):
        raise BrokerRefused(broker=broker, why=f"it answers {reply.status}")
    if reply.status != 200:
        raise BrokerUnreachable(broker=broker, why=f"it answers {reply.status}")
    try:
        return json.loads(reply.body, parse_float=Decimal)
    except ValueError:
        raise BrokerRefused(broker=broker, why="its answer is not JSON") from None


def _at(told: Any, path: str) -> Any:
    for name in path.split(".") if path else ():
        told = told.get(name) if isinstance(told, dict) else None
    return told
