"""I fetch Interactive Brokers' Flex queries: ask for the statement, wait until it is made, read it as its file."""

import re
from time import monotonic, sleep
from urllib.parse import urlencode

from aetheris import clock, outbound
from trading.connectors import (
    Ask,
    BrokerBusy,
    BrokerRefused,
    BrokerUnreachable,
    Connector,
    Fetched,
    connectors,
)

IBKR = "Interactive Brokers"
# Error codes of the Flex web service, as IBKR's guide to it lists them (version 3).
NOT_YET = {"1001", "1004", "1005", "1006", "1007", "1008", "1009", "1019", "1021"}
TOO_OFTEN = {"1018"}
WAIT_SECONDS, LONGEST_BYTES = 2.0, 32 * 2**20


@connectors.named("ibkr_flex")
class Flex(Connector):
    title = "Interactive Brokers Flex"
    about = "In the Client Portal, make an Activity Flex Query of trades by execution, and a Flex web service token."
    asks = (
        Ask("token", "Flex token", where="api_key", secret=True),
        Ask("query", "Query id"),
        Ask("timezone", "Zone of its times", required=False, help="As set in the query; the account's by default."),
    )
    url = "https://ndcdyn.interactivebrokers.com/AccountManagement/FlexWebService"

    def authenticate(self) -> None:
        self.reference = self._asked("SendRequest", str(self.access.config.get("query", "")), "ReferenceCode")

    def fetch_trades(self, cursor: str | None) -> Fetched:
        """The whole period of the query each time; what it closes may have been opened before. A row that cannot be
        taken, as the close of a position that was never told of, is noted in the log and keeps no other out."""
        from trading.importers import read_statement

        until = monotonic() + self.access.seconds
        while (content := self._statement()) is None:
            if monotonic() + WAIT_SECONDS > until:
                raise BrokerUnreachable(broker=IBKR, why="the statement was not ready in time")
            sleep(WAIT_SECONDS)
        zone = str(self.access.config.get("timezone") or self.access.timezone)
        told = read_statement(content, name="the Flex statement", timezone=zone, currency=self.access.currency,
                              known=self.access.known(), byte_limit=LONGEST_BYTES)  # fmt: skip
        if told.currency and told.currency != self.access.currency:
            raise BrokerRefused(broker=IBKR, why=f"the statement is in {told.currency}, the account is not")
        return Fetched(told.trades, clock.now().isoformat(), errors=told.errors)

    def _statement(self) -> bytes | None:
        body = self._get("GetStatement", self.reference)
        if b"<FlexQueryResponse" in body[:2000]:
            return body
        self._refused(body.decode("utf-8", "replace"))
        return None

    def _asked(self, what: str, query: str, wanted: str) -> str:
        text = self._get(what, query).decode("utf-8", "replace")
        found = re.search(rf"<{wanted}>([^<]{{1,80}})</{wanted}>", text)
        if found is None:
            self._refused(text)
            raise BrokerUnreachable(broker=IBKR, why="it is making statements for others; it was asked too early")
        return found[1]

    def _refused(self, text: str) -> None:
        """Return when it only is not ready yet."""
        code = re.search(r"<ErrorCode>(\d+)<", text)
        why = re.search(r"<ErrorMessage>([^<]{0,200})<", text)
        if code is None:
            raise BrokerUnreachable(broker=IBKR, why="its answer is none of the Flex service's")
        if code[1] in TOO_OFTEN:
            raise BrokerBusy(broker=IBKR, seconds=600)
        if code[1] not in NOT_YET:
            raise BrokerRefused(broker=IBKR, why=f"{why[1] if why else 'no reason told'} (code {code[1]})")

    def _get(self, what: str, query: str) -> bytes:
        told = urlencode({"t": self.access.api_key, "q": query, "v": "3"})
        try:
            reply = outbound.call("GET", f"{self.url}/{what}?{told}", headers={"User-Agent": "Aetheris/1"},
                                  most_bytes=LONGEST_BYTES)  # fmt: skip
        except (OSError, ValueError) as lost:
            raise BrokerUnreachable(broker=IBKR, why=str(lost)[:160]) from lost
        if reply.status != 200:
            raise BrokerUnreachable(broker=IBKR, why=f"it answers {reply.status}")
        return reply.body
