"""I am Interactive Brokers' Flex web service on loopback: ask, wait, fetch; what goes wrong has its name and no key."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.models import TradingAccount
from aetheris.db.tenancy import acting_as
from tests.trading.doubles import Answer, Service
from trading import syncing
from trading.connections import add_connection
from trading.connectors import Access, BrokerBusy, BrokerRefused, BrokerUnreachable, Fetched
from trading.connectors import flex as connector
from trading.connectors.flex import Flex
from trading.models import BrokerConnection, SyncLog, Trade

TOKEN = "184930276551047"
XML = {"Content-Type": "text/xml"}
BUSY = "Statement generation in progress. Please try again shortly."
# The codes of the service's guide, with what becomes of each.
REFUSALS = [("1012", "Token has expired."), ("1013", "IP restriction."), ("1014", "Query is invalid."),
            ("1015", "Token is invalid."), ("1020", "Invalid request or unable to validate request.")]  # fmt: skip


def said(code: str, why: str, status: str = "Fail") -> bytes:
    return (
        f"<FlexStatementResponse timestamp='21 November, 2026 10:00 AM EST'><Status>{status}</Status>"
        f"<ErrorCode>{code}</ErrorCode><ErrorMessage>{why}</ErrorMessage></FlexStatementResponse>"
    ).encode()


def execution(id: int, quantity: str, price: str, minute: int, result: str = "0") -> str:
    return (
        f'<Trade accountId="U7700001" currency="USD" fxRateToBase="1" assetCategory="STK" multiplier="1" taxes="0" '
        f'ibCommissionCurrency="USD" levelOfDetail="EXECUTION" notes="" symbol="MSFT" conid="272093" '
        f'dateTime="20260302;10{minute % 60:02}00" tradeDate="20260302" quantity="{quantity}" tradePrice="{price}" '
        f'ibCommission="-1.00" fifoPnlRealized="{result}" openCloseIndicator="{"C" if result != "0" else "O"}" '
        f'buySell="{"SELL" if quantity.startswith("-") else "BUY"}" tradeID="{id}" ibExecID="e{id}" ibOrderID="{id}" />'
    )


def statement(*executions: str, currency: str = "USD") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<FlexQueryResponse queryName="journal" type="AF"><FlexStatements '
        'count="1"><FlexStatement accountId="U7700001" fromDate="20260301" toDate="20260331" period="LastMonth" '
        f'whenGenerated="20260401;020000"><AccountInformation accountId="U7700001" currency="{currency}" /><Trades>'
        + "\n".join(executions)
        + "</Trades></FlexStatement></FlexStatements></FlexQueryResponse>"
    ).encode()


BOUGHT, SOLD = execution(1, "10", "100.00", 0), execution(2, "-10", "102.00", 5, "18")


class Ibkr:
    """SendRequest gives a reference; GetStatement with it is answered by `delays` first, then by the statement."""

    def __init__(self) -> None:
        self.delays: list[bytes] = []
        self.refusal: bytes | None = None
        self.statement = statement(BOUGHT, SOLD)
        self.references: list[str] = []

    def __call__(self, method: str, path: str) -> Answer:
        asked = urlsplit(path)
        told = {name: values[0] for name, values in parse_qs(asked.query).items()}
        assert (told["t"], told["v"]) == (TOKEN, "3")
        if asked.path.endswith("/SendRequest"):
            assert told["q"] == "700100"
            return 200, XML, self.refusal or self._referenced()
        assert told["q"] == self.references[-1]
        return 200, XML, self.delays.pop(0) if self.delays else self.statement

    def _referenced(self) -> bytes:
        self.references.append(f"48{len(self.references):08}")
        return (
            f"<FlexStatementResponse timestamp='21 November, 2026 10:00 AM EST'><Status>Success</Status><ReferenceCode>"
            f"{self.references[-1]}</ReferenceCode><Url>https://example.com/GetStatement</Url></FlexStatementResponse>"
        ).encode()


@pytest.fixture
def ibkr() -> Ibkr:
    return Ibkr()


@pytest.fixture(autouse=True)
def waits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    waited: list[float] = []
    monkeypatch.setattr(connector, "sleep", waited.append)
    monkeypatch.setattr(syncing, "sleep", waited.append)
    return waited


@pytest.fixture
def service(ibkr: Ibkr, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with Service(ibkr) as made:
        monkeypatch.setattr(Flex, "url", made.url)
        yield made


def fetch(seconds: float = 30, **told: Any) -> Fetched:
    flex = Flex(Access(api_key=TOKEN, config={"query": "700100", **told}, seconds=seconds))
    flex.authenticate()
    return flex.fetch_trades(None)


def paths(service: Service) -> list[str]:
    return [urlsplit(path).path for path in service.asked]


def test_a_reference_is_asked_for_and_its_statement_fetched(service: Service) -> None:
    """10 bought at 100.00 and sold at 102.00: 20.00, less 1.00 and 1.00."""
    [trade] = fetch().rows
    assert (trade.quantity, trade.gross_pnl, trade.commissions, trade.pnl) == (10, 20, 2, 18)
    assert paths(service) == ["/SendRequest", "/GetStatement"]


def test_a_statement_that_is_being_made_is_waited_for_under_one_reference(
    service: Service, ibkr: Ibkr, waits: list[float]
) -> None:
    ibkr.delays = [said("1019", BUSY, "Warn")] * 3
    assert len(fetch().rows) == 1
    assert paths(service) == ["/SendRequest", *["/GetStatement"] * 4]
    assert len(ibkr.references) == 1 and waits == [connector.WAIT_SECONDS] * 3


def test_a_statement_that_is_never_ready_is_given_up(service: Service, ibkr: Ibkr) -> None:
    ibkr.delays = [said("1019", BUSY, "Warn")] * 3
    with pytest.raises(BrokerUnreachable, match="not ready in time"):
        fetch(seconds=connector.WAIT_SECONDS / 2)


@pytest.mark.parametrize(("code", "why"), REFUSALS)
def test_a_refusal_is_told_in_the_services_own_words_and_without_the_token(
    service: Service, ibkr: Ibkr, code: str, why: str
) -> None:
    ibkr.refusal = said(code, why)
    with pytest.raises(BrokerRefused) as refused:
        fetch()
    assert why in refused.value.message and code in refused.value.message and TOKEN not in refused.value.message
    assert paths(service) == ["/SendRequest"]


def test_too_many_requests_are_followed_by_rest(service: Service, ibkr: Ibkr) -> None:
    ibkr.refusal = said("1018", "Too many requests have been made from this token.")
    with pytest.raises(BrokerBusy) as busy:
        fetch()
    assert busy.value.data["seconds"] >= 60


@pytest.mark.parametrize(
    "answer", [b"", b"<html>Maintenance</html>", b"\xff\xfe\x00"], ids=["nothing", "html", "noise"]
)
def test_an_answer_that_is_none_of_the_services_is_tried_again_later(
    service: Service, ibkr: Ibkr, answer: bytes
) -> None:
    ibkr.delays = [answer]
    with pytest.raises(BrokerUnreachable, match="none of the Flex service's"):
        fetch()


def test_a_long_statement_is_read_whole_and_one_too_long_is_not(
    service: Service, ibkr: Ibkr, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = [
        execution(2 * n + side, "10" if side else "-10", "100.00" if side else "102.00", n, "0" if side else "18")
        for n in range(1, 1501)
        for side in (1, 0)
    ]
    ibkr.statement = statement(*sorted(pairs, key=lambda told: 'quantity="-' in told))
    assert len(ibkr.statement) > 2**20
    assert sum((trade.pnl or Decimal(0) for trade in fetch().rows if not trade.is_open), Decimal(0)) == 1500 * 18
    monkeypatch.setattr(connector, "LONGEST_BYTES", 2**20)
    with pytest.raises(BrokerUnreachable, match="longer than 1 MB"):
        fetch()


def test_a_statement_in_another_currency_than_the_accounts_is_refused(service: Service, ibkr: Ibkr) -> None:
    ibkr.statement = statement(BOUGHT, SOLD, currency="EUR")
    with pytest.raises(BrokerRefused, match="EUR"):
        fetch()


def connected(account: TradingAccount) -> BrokerConnection:
    values = {"broker_type": "ibkr_flex", "api_key": TOKEN, "extra_config": '{"query": "700100"}'}
    with acting_as(account.user):
        return add_connection(account=account, values=values)


@pytest.mark.usefixtures("real_db")
def test_synced_twice_each_trade_comes_once_and_a_close_without_its_opening_keeps_no_other_out(
    anas_account: TradingAccount, service: Service, ibkr: Ibkr
) -> None:
    connection = connected(anas_account)
    unopened = execution(9, "-5", "99.00", 1, "-7").replace("MSFT", "AAPL").replace("272093", "265598")
    ibkr.statement = statement(unopened, BOUGHT, SOLD)
    ibkr.delays = [said("1019", BUSY, "Warn")]
    counts = [syncing.sync_connection(connection.id, connection.user_id) for _ in range(2)]
    assert [(one.new, one.duplicate) for one in counts if one] == [(1, 0), (0, 1)]
    with acting_as(anas_account.user):
        assert Trade.objects.get().pnl == 18
        log = SyncLog.objects.order_by("created_at").first()
        assert log is not None and (log.rows_read, log.trades_new, log.trades_error) == (2, 1, 1)
        assert "opening is not in the file" in log.error_messages[0]["reason"]


@pytest.mark.usefixtures("real_db")
def test_a_query_that_rolls_on_closes_what_an_earlier_sync_left_open(
    anas_account: TradingAccount, service: Service, ibkr: Ibkr
) -> None:
    """10 bought yesterday at 100.00; today's query holds only their sale at 102.00: 20.00, less 1.00 and 1.00."""
    connection = connected(anas_account)
    ibkr.statement = statement(BOUGHT)
    syncing.sync_connection(connection.id, connection.user_id)
    ibkr.statement = statement(SOLD)
    counts = [syncing.sync_connection(connection.id, connection.user_id) for _ in range(2)]
    assert [(one.new, one.updated, one.duplicate) for one in counts if one] == [(0, 1, 0), (0, 0, 1)]
    with acting_as(anas_account.user):
        assert Trade.objects.get().pnl == 18
