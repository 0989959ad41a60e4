"""I import files of fills into a real journal one after another: what one leaves open, the next one closes."""

from decimal import Decimal

import pytest

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.factories import account_of
from trading import services
from trading.models import Trade

pytestmark = pytest.mark.usefixtures("real_db")
HEADER = "orderId,Account,B/S,Contract,avgPrice,filledQty,Fill Time,Status"
OPENING = f"{HEADER}\n1,A,Buy,MESU5,6000.25,3,07/14/2025 09:30:00,Filled"
CLOSING = "\n".join(
    [
        HEADER,
        "2,A,Sell,MESU5,6010.25,1,07/15/2025 09:30:00,Filled",
        "3,A,Sell,MESU5,6020.25,2,07/15/2025 10:00:00,Filled",
    ]
)


@pytest.fixture
def account(ana: User) -> TradingAccount:
    return account_of(ana)


def bring(account: TradingAccount, content: str, name: str, *, overwrite: bool = False) -> tuple[int, int, int]:
    with acting_as(account.user_id):
        done = services.import_statement(account=account, content=content.encode(), name=name, overwrite=overwrite)
    assert done.statement.errors == ()
    return done.recorded.new, done.recorded.updated, done.recorded.duplicate


def results(account: TradingAccount) -> dict[str, Decimal | None]:
    with acting_as(account.user_id):
        return dict(Trade.objects.filter(deleted_at=None).values_list("broker_trade_id", "pnl"))


def test_later_file_closes_what_an_earlier_one_left_open(account: TradingAccount) -> None:
    """One closed at ten points, two at twenty, five dollars a point: 50 and 200."""
    assert bring(account, OPENING, "monday.csv") == (1, 0, 0)
    assert bring(account, CLOSING, "tuesday.csv") == (1, 1, 0)
    assert results(account) == {"1/2": 50, "1": 200}
    assert bring(account, CLOSING, "tuesday again.csv") == (0, 0, 2)


def test_overwrite_takes_the_price_a_broker_corrected(account: TradingAccount) -> None:
    both = f"{OPENING}\n{CLOSING.partition(chr(10))[2]}"
    bring(account, both, "week.csv")
    corrected = both.replace("6020.25", "6030.25")
    assert bring(account, corrected, "week corrected.csv") == (0, 0, 2)
    assert bring(account, corrected, "week corrected.csv", overwrite=True) == (0, 1, 1)
    assert results(account) == {"1/2": 50, "1": 300}
