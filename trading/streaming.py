"""I read a long table of trades row by row, where its format can be read so."""

from pathlib import Path
from typing import Any

from accounts.models import TradingAccount
from trading.importers import formats, wished
from trading.reading.flow import Sink, flowing_into
from trading.reading.stream import LongText
from trading.rows import Statement


def read_long(
    path: Path,
    *,
    name: str,
    account: TradingAccount,
    sink: Sink,
    format: str = "auto",
    timezone: str | None = None,
    **wishes: Any,
) -> Statement | None:
    """The trades go to `sink` in batches, and the statement holds none. None: this file must be read whole."""
    document = LongText.at(path, name)
    if document.kind != "text":
        return None
    wanted = wished(timezone=timezone or account.day_timezone, currency=account.currency, **wishes)
    claimed = [one for key, one in formats.items() if format in {"auto", key} and one.recognises(document, wanted)]
    if len(claimed) != 1 or not claimed[0].streams:
        return None
    with flowing_into(sink):
        return claimed[0].read(document, wanted)
