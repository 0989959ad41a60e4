"""I speak to the mock broker: closed trades since a number, and where the account stands, as JSON over HTTP."""

import json
import os
import urllib.request
from datetime import datetime
from decimal import Decimal
from typing import Any

from trading.connectors import BrokerUnreachable, Connector, Fetched, Standing, connectors
from trading.positions import as_position
from trading.rows import TradeRow


@connectors.named("mock")
class Mock(Connector):
    """Its address is this installation's to say, in AETHERIS_MOCK_URL: no user sends us to an address inside."""

    title = "Mock broker"
    about = "A broker that exists only on this machine, to try things with."
    flattens = True

    def authenticate(self) -> None:
        self._ask("standing")

    def fetch_trades(self, cursor: str | None) -> Fetched:
        told = self._ask(f"trades?since={cursor or ''}")
        return Fetched(tuple(_row(trade) for trade in told["trades"]), str(told["cursor"]))

    def fetch_standing(self) -> Standing | None:
        told = self._ask("standing")
        positions = [as_position(position) for position in told["positions"]]
        return Standing(datetime.fromisoformat(told["read_at"]), positions=positions, on_journal=True)

    def flatten(self) -> int:
        return int(self._ask("flatten", b"")["closed"])

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        url = os.environ.get("AETHERIS_MOCK_URL", "")
        try:
            with urllib.request.urlopen(f"{url}/{path}", body, timeout=5) as answer:  # noqa: S310
                return json.loads(answer.read(2**20), parse_float=Decimal)
        except (OSError, ValueError) as refusal:
            raise BrokerUnreachable(broker="The mock broker", why=str(refusal)) from None


def _row(told: dict[str, Any]) -> TradeRow:
    money: Any = {
        name: Decimal(str(told[name])) for name in ("pnl", "gross_pnl", "commissions", "mfe", "mae", "initial_risk")
    }
    prices: Any = {name: Decimal(str(told[name])) for name in ("quantity", "entry_price", "exit_price", "stop_loss")}
    return TradeRow(
        broker="mock", broker_trade_id=told["id"], symbol=told["symbol"], side=told["side"],
        entry_time=datetime.fromisoformat(told["entry_time"]), exit_time=datetime.fromisoformat(told["exit_time"]),
        asset_class="future", setup=told["setup"], raw={"id": told["id"]}, **money, **prices,
    )  # fmt: skip
