"""I see trades that are opened or closed around news of the symbol's currencies."""

from datetime import timedelta

from armor.ask import COMMON, Ask, count
from armor.book import NewsEvent
from armor.limit import Limit
from armor.measure import Measure, forbidden, unmeasured
from armor.rules import rule
from armor.state import State

IMPACTS = ("low", "medium", "high")


@rule(
    "news_window", title="News window", headline="A trade inside the news window", unit="trades", levels=(2, 3),
    moments=frozenset({"open", "close"}), asks=COMMON | {
        "minutes": count("minutes before and after the news"),
        "impact": Ask(kind="word", help="from which impact on", choices=IMPACTS),
        "symbols": Ask(kind="words", help="symbols every event concerns, where their name holds no currency"),
    },
)  # fmt: skip
def news_window(state: State, limit: Limit) -> Measure:
    """An order within `minutes` of an event of at least `impact` (high), both ends included, in a symbol whose name
    holds the event's currency. Without a calendar around that time it is not known. Source: The5ers High Stakes."""
    if not state.past.events:
        return unmeasured(state, limit, "no news calendar is imported")
    window = timedelta(minutes=float(limit.number("minutes")))
    near = [event for event in state.past.news(state.at - window, state.at + window) if _counts(event, limit)]
    symbols = [state.deal.symbol] if state.deal else [deal.symbol for deal in state.past.closed(state.at, state.at)]
    hits = [event for event in near for symbol in symbols if _concerns(event, symbol, limit)]
    return forbidden(state, limit, done=bool(hits), event=hits[0].title if hits else "",
                     event_at=hits[0].at if hits else "")  # fmt: skip


def _counts(event: NewsEvent, limit: Limit) -> bool:
    least = str(limit.options.get("impact", "high"))
    return event.impact in IMPACTS and IMPACTS.index(event.impact) >= IMPACTS.index(least)


def _concerns(event: NewsEvent, symbol: str, limit: Limit) -> bool:
    name = symbol.upper()
    return event.currency.upper() in name or name in {str(one).upper() for one in limit.options.get("symbols", ())}
