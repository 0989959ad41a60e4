"""I am the brokers of the tests: a FIX acceptor and HTTP services on loopback, which misbehave as told."""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import simplefix


@dataclass
class Acceptor:
    """Keeps what it has to say under numbers; `script` says which of them go out at a session, and in which order.
    Asked to resend, it sends them all with PossDup, administrative ones as gap fills."""

    store: dict[int, tuple[str, dict[int, str]]] = field(default_factory=dict)
    script: list[int] = field(default_factory=list)
    drop_after: int | None = None  # messages of the script after which the line breaks
    numbers_seen: list[int] = field(default_factory=list)
    kinds_seen: list[str] = field(default_factory=list)
    outgoing: int = 1
    expected: int = 1
    answer_resend: bool = True

    def __enter__(self) -> "Acceptor":
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *told: object) -> None:
        self.ended.set()
        self.listener.close()

    def say(self, fields: dict[int, str], kind: str = "8") -> int:
        """Keep a message under the next number."""
        number = max(self.store, default=self.outgoing) + 1
        self.store[number] = (kind, fields)
        return number

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            try:
                self._session(line)
            except OSError:
                pass
            finally:
                line.close()

    def _session(self, line: socket.socket) -> None:
        parser = simplefix.FixParser()
        line.settimeout(10)
        while some := line.recv(65_536):
            parser.append_buffer(some)
            while (message := parser.get_message()) is not None:
                if not self._heard(line, message):
                    return

    def _heard(self, line: socket.socket, message: simplefix.FixMessage) -> bool:
        kind, number = message.get(35).decode(), int(message.get(34))
        self.kinds_seen.append(kind)
        if message.get(43) != b"Y":
            self.numbers_seen.append(number)
        if kind == "A":
            self._send(line, self.outgoing, "A", {98: "0", 108: "5"})
            if number > self.expected:
                self._send(line, self._next(), "2", {7: str(self.expected), 16: "0"})
            self.expected = number + 1
            for count, one in enumerate(self.script, 1):
                self._send(line, one, *self.store[one])
                if count == self.drop_after:
                    self.drop_after = None
                    return False
        elif kind == "2" and self.answer_resend:
            self._resend(line, int(message.get(7)))
        elif kind == "5":
            return False
        return True

    def _resend(self, line: socket.socket, first: int) -> None:
        last = max([*self.store, self.outgoing])
        number = first
        while number <= last:
            if number in self.store:
                self._send(line, number, *self.store[number], again=True)
            else:
                self._send(line, number, "4", {123: "Y", 36: str(number + 1)}, again=True)
            number += 1

    def _next(self) -> int:
        self.outgoing = max([*self.store, self.outgoing]) + 1
        return self.outgoing

    def _send(
        self, line: socket.socket, number: int, kind: str, fields: dict[int, str], *, again: bool = False
    ) -> None:
        message = simplefix.FixMessage()
        for tag, value in ((8, "FIX.4.4"), (35, kind), (49, "BROKER"), (56, "US"), (34, str(number))):
            message.append_pair(tag, value)
        if again:
            message.append_pair(43, "Y")
            message.append_pair(122, "20260302-12:00:00")
        message.append_pair(52, "20260302-12:00:00")
        for tag, value in fields.items():
            message.append_pair(tag, value)
        line.sendall(message.encode())


def execution(id: str, side: str, quantity: str, price: str, minute: int) -> dict[int, str]:
    return {
        1: "ACC", 17: id, 37: f"O{id}", 150: "F", 39: "2", 54: side, 55: "NQ", 32: quantity, 31: price, 12: "1.00",
        60: f"20260302-12:{minute:02}:00",
    }  # fmt: skip


Answer = tuple[int, dict[str, str], Any]


class Service:
    """An HTTP service: `answers` takes (method, path with query) and gives status, headers, JSON."""

    def __init__(self, answers: Callable[[str, str], Answer]) -> None:
        self.asked: list[str] = []
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                double.asked.append(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                self.rfile.read(length)
                status, headers, told = answers(self.command, self.path)
                body = told if isinstance(told, bytes) else json.dumps(told).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> "Service":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *told: object) -> None:
        self.server.shutdown()
        self.server.server_close()
