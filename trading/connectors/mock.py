"""I speak to the mock broker: closed trades since a number, as JSON over HTTP."""

import json
import os
import urllib.request
from datetime import datetime
from decimal import Decimal
from typing import Any

from trading.connectors import BrokerUnreachable, Fetched, connectors
from trading.rows import TradeRow


@connectors.named("mock")
def fetch(config: str, cursor: str | None) -> Fetched:
    """config: JSON with `url`; AETHERIS_MOCK_URL goes before it, since the mock's port may change between starts."""
    url = os.environ.get("AETHERIS_MOCK_URL") or json.loads(config or "{}").get("url", "")
    try:
        with urllib.request.urlopen(f"{url}/trades?since={cursor or ''}", timeout=5) as answer:  # noqa: S310
            told = json.loads(answer.read(2**20), parse_float=Decimal)
    except (OSError, ValueError) as refusal:
        raise BrokerUnreachable(broker="The mock broker", why=str(refusal)) from None
    return Fetched(tuple(_row(trade) for trade in told["trades"]), str(told["cursor"]))


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
