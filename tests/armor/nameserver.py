"""I am a name server on loopback, over UDP as it is spoken, whose answers may change from one question to the next."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset

from armor.delivery import names


@dataclass
class NameServer:
    """`turns`: for each name a list of answers, given in turn, the last one from then on; `asked` is what was asked."""

    turns: dict[str, list[list[str]]]
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, question: bytes) -> bytes:
        heard = dns.message.from_wire(question)
        asked = heard.question[0]
        name, kind = asked.name.to_text().rstrip("."), dns.rdatatype.to_text(asked.rdtype)
        turn = sum(1 for before in self.asked if before == (name, kind))
        self.asked.append((name, kind))
        told = dns.message.make_response(heard)
        told.flags |= dns.flags.RA
        answers = self.turns.get(name, [])
        given = answers[min(turn, len(answers) - 1)] if answers else []
        fitting = [text for text in given if (":" in text) == (kind == "AAAA")]
        if fitting:
            told.answer.append(dns.rrset.from_text(asked.name, 0, "IN", kind, *fitting))
        return told.to_wire()


@contextmanager
def answering(settings: object, **turns: list[list[str]]) -> Iterator[NameServer]:
    """Names are written with _ for the dot: rebind_example stands for rebind.example."""
    server = NameServer({name.replace("_", "."): answers for name, answers in turns.items()})
    ended = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(0.1)
        server.port = door.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(door, server, ended), daemon=True)
        thread.start()
        settings.WEBHOOKS_NAMESERVER = f"127.0.0.1:{server.port}"  # type: ignore[attr-defined]
        names._resolver.cache_clear()
        try:
            yield server
        finally:
            ended.set()
            thread.join(5)
            names._resolver.cache_clear()


def _serve(door: socket.socket, server: NameServer, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            question, whom = door.recvfrom(4096)
            door.sendto(server.answer(question), whom)
        except TimeoutError:
            continue
