"""I am the live line to one browser or program: what was missed first, in order, then what happens."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import Error

from accounts import lifetimes
from accounts.leaving import SIGNED_OUT
from accounts.models import TradingAccount, User
from accounts.signin import person
from accounts.tickets import redeem
from aetheris import language
from aetheris.db.tenancy import acting_as
from aetheris.lanes import in_thread
from aetheris.live import Subscriber, hub
from aetheris.readers import Message
from armor.notes import message
from armor.selectors import last_number, missed_since

NOT_SIGNED_IN, NOT_YOURS = 4401, 4404
PING_SECONDS, READ_AGAIN_SECONDS = 20, 0.5
ALERTS = {"ARMOR_BREACH", "ALERT_DISMISSED", "ALERT_SNOOZED"}


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """`/ws/armor/{account}` tells alerts of one account, `/ws/realtime/…` everything of one account or of all."""

    alerts_only = False

    async def connect(self) -> None:
        """The line opens once it is listened on: a client that sees it open misses nothing from then on."""
        self.tasks: list[asyncio.Task[None]] = []
        self.subscriber: Subscriber | None = None
        known = await in_thread(_who, self.scope)
        if known is None:
            return await self._refuse(NOT_SIGNED_IN)
        user, self.line = known
        self.account_id = (self.scope["url_route"]["kwargs"] or {}).get("account_id")
        if self.account_id is not None and not await in_thread(_owns, user.id, self.account_id):
            return await self._refuse(NOT_YOURS)
        hub.start()
        self.user_id = user.id
        self.language = _language(self.scope)
        self.last = await in_thread(_last_number, user.id)
        self.subscriber = Subscriber(user.id, self._end)
        hub.add(self.subscriber)
        await self.accept()
        self.subscriber.miss()
        self.tasks = [asyncio.create_task(self._tell_all()), asyncio.create_task(self._ping())]
        return None

    async def _refuse(self, code: int) -> None:
        """Only an open line can be closed with a code of ours."""
        await self.accept()
        await self.close(code)

    async def disconnect(self, code: int) -> None:
        if self.subscriber is not None:
            hub.remove(self.subscriber)
        for task in self.tasks:
            task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **told: Any) -> None:
        if text_data is not None:
            await super().receive(text_data=text_data)

    async def receive_json(self, content: Any, **told: Any) -> None:
        """The first message may be {"type": "resume", "since": n}; what follows it is sent from there."""
        if isinstance(content, dict) and content.get("type") == "resume" and self.subscriber is not None:
            since = content.get("since")
            if isinstance(since, int) and not isinstance(since, bool):
                self.last = max(0, since)
                self.subscriber.miss()

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        with suppress(ValueError):
            return await super().decode_json(text_data)
        return None

    def _end(self, code: int) -> None:
        self.tasks.append(asyncio.create_task(self.close(code)))

    async def _tell_all(self) -> None:
        """One line out: whatever was missed first, then what comes, each alert once in the order of its number."""
        assert self.subscriber is not None
        while True:
            told = await self.subscriber.next()
            if told is None:
                await self._read_on()
            else:
                await self._tell_in_order(told)

    async def _tell_in_order(self, told: Message) -> None:
        """Numbers have no gaps: one that jumps means that something before it was not heard."""
        if told["type"] == "ARMOR_BREACH" and told["number"] > self.last + 1:
            await self._read_on()
        await self._tell(told)

    async def _read_on(self) -> None:
        """A database that is away is waited for: a socket that fell silent would look like one with nothing to tell."""
        while True:
            try:
                missed = await in_thread(_missed, self.user_id, self.last, self.language)
                break
            except Error:
                await asyncio.sleep(READ_AGAIN_SECONDS)
        for told in missed:
            await self._tell(told, worded=True)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            await self.send_json({"type": "PING"})

    async def _tell(self, told: Message, *, worded: bool = False) -> None:
        """To this socket, if it is for it and was not said before."""
        if told["type"] == SIGNED_OUT:
            if told["line"] in ("all", self.line):
                await self.close(NOT_SIGNED_IN)
            return
        if told["type"] == "ARMOR_BREACH":
            if told["number"] <= self.last:
                return
            self.last = told["number"]
            told = told if worded else await self._worded(told)
        if self.alerts_only and told["type"] not in ALERTS:
            return
        if self.account_id is not None and told.get("account_id") != str(self.account_id):
            return
        await self.send_json(told)

    async def _worded(self, told: Message) -> Message:
        """Everybody's socket is told the English that programs know; a page of another language has its own words."""
        if self.language == language.ENGLISH:
            return told
        with suppress(Error):  # the alert matters more than its language
            again = await in_thread(_missed, self.user_id, told["number"] - 1, self.language, 1)
            return again[0] if again else told
        return told


class ArmorConsumer(LiveConsumer):
    alerts_only = True


def _who(scope: dict[str, Any]) -> tuple[User, str] | None:
    """By a ticket in the query, which works once, else by the session cookie from a page of our own.

    With the person comes the sign-in that the socket ends with.
    """
    ticket = parse_qs(scope.get("query_string", b"").decode()).get("ticket")
    if ticket:
        told = redeem(ticket[0])
        found = person(told[0]) if told else None
        return (found, told[1]) if found is not None and told is not None and found.is_active else None
    user = scope.get("user")
    if user is None or not user.is_authenticated or lifetimes.is_over(scope["session"]) or not _from_our_page(scope):
        return None
    return user, scope["session"].get("sign_in", "")


def _from_our_page(scope: dict[str, Any]) -> bool:
    """A browser always names the page it speaks from; a program without a page sends no Origin."""
    headers = {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope.get("headers", ())}
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc == headers.get("host") or origin in settings.CSRF_TRUSTED_ORIGINS


def _owns(user_id: UUID, account_id: UUID) -> bool:
    with acting_as(user_id):
        return TradingAccount.objects.filter(pk=account_id).exists()


def _last_number(user_id: UUID) -> int:
    with acting_as(user_id):
        return last_number()


def _missed(user_id: UUID, since: int, spoken: str, most: int | None = None) -> list[Message]:
    with acting_as(user_id), language.speaking(spoken):
        return [message(breach) for breach in missed_since(since)[:most]]


def _language(scope: dict[str, Any]) -> str:
    """What the page asks for; a program asks for nothing and is told English."""
    asked = parse_qs(scope.get("query_string", b"").decode()).get("language", [""])[0]
    return asked if asked in dict(settings.LANGUAGES) else language.ENGLISH


class NowhereConsumer(AsyncJsonWebsocketConsumer):
    """There is no such line: said with the same code as one that is not yours."""

    async def connect(self) -> None:
        await self.accept()
        await self.close(NOT_YOURS)
