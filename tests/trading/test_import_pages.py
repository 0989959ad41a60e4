"""I see the pages of importing and connecting as their owner does."""

from io import BytesIO

import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.hands import by_the_service
from tests.trading.test_imports import long_table, table
from trading import rounds
from trading.models import BrokerConnection, Import, Trade

pytestmark = pytest.mark.usefixtures("real_db")
ONE = "1,EURUSD,long,1,1.10,1.11,2026-03-05T10:00:00Z,2026-03-05T11:00:00Z,100"


@pytest.fixture
def page(ana: User) -> Client:
    client = Client()
    with acting_as(ana):
        client.force_login(ana)
    return client


def send(page: Client, account: TradingAccount, content: bytes) -> str:
    file = BytesIO(content)
    file.name = "march.csv"
    answer = page.post("/import/", {"file": file, "account": str(account.id), "action": "import"}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_import_is_undone_from_its_page(page: Client, anas_account: TradingAccount) -> None:
    shown = send(page, anas_account, table(ONE))
    assert "Undo this import" in shown and "1 new trades" in shown
    with acting_as(anas_account.user):
        done = Import.objects.get()
    shown = page.post(f"/imports/{done.id}/undo/", follow=True).content.decode()
    assert "This import is undone" in shown
    with acting_as(anas_account.user):
        assert not Trade.objects.filter(deleted_at=None).exists()


def test_a_long_file_shows_how_far_it_is_and_then_what_became_of_it(page: Client, anas_account: TradingAccount) -> None:
    shown = send(page, anas_account, long_table(5200))
    assert "<progress" in shown
    with acting_as(anas_account.user):
        job = Import.objects.get()
    assert page.get(f"/imports/{job.id}/")["Refresh"] == "2"
    with by_the_service():
        rounds.take_imports()
    answer = page.get(f"/imports/{job.id}/")
    assert "5,200 new trades" in answer.content.decode() and "Refresh" not in answer


def test_a_broker_is_found_connected_and_removed(page: Client, anas_account: TradingAccount) -> None:
    assert "Kraken" in page.get("/connections/?q=kraken").content.decode()
    form = page.get("/connections/?kind=ccxt&exchange=kraken").content.decode()
    assert 'value="kraken"' in form
    told = {"kind": "ccxt", "account": str(anas_account.id), "exchange": "kraken", "api_key": "k" * 16}
    assert page.post("/connections/", told).status_code == 422  # the secret is missing
    shown = page.post("/connections/", {**told, "api_secret": "s"}, follow=True).content.decode()
    assert "Crypto exchange" in shown and "kkkkkkkkkkkkkkkk" not in shown
    with acting_as(anas_account.user):
        made = BrokerConnection.objects.get()
    assert "removed" in page.post(f"/connections/{made.id}/remove/", follow=True).content.decode()


def test_own_columns_are_kept_by_the_page(page: Client) -> None:
    file = BytesIO(
        b"Markt;Richtung;Menge;Rein;Raus;Auf;Zu;Ergebnis\nDAX;long;1;1;2;2026-01-31 10:00;2026-01-31 11:00;1\n"
    )
    file.name = "mine.csv"
    shown = page.post("/import/columns/", {"file": file}).content.decode()
    assert "Which column is which" in shown and "Richtung" in shown
