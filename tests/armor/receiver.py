"""I am somebody's server on loopback that webhooks are sent to: it may hang, redirect, drip, flood or be gone."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answering = Callable[[socket.socket], None]


@dataclass
class Request:
    head: str
    body: bytes

    def header(self, name: str) -> str:
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return next((value.strip() for key, _, value in lines if key.lower() == name.lower()), "")


@dataclass
class Receiver:
    """`answers` are given in turn, the last one from then on; what was asked stands in `requests`."""

    port: int
    answers: list[Answering]
    requests: list[Request] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def serve(self, line: socket.socket) -> None:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            line.settimeout(30)
            self.requests.append(_read(line))
            with self.lock:
                answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
            answer(line)
        except OSError:
            return
        finally:
            with self.lock:
                self.at_once -= 1
            line.close()


def _read(line: socket.socket) -> Request:
    heard = b""
    while b"\r\n\r\n" not in heard:
        some = line.recv(65536)
        if not some:
            raise OSError
        heard += some
    head, _, body = heard.partition(b"\r\n\r\n")
    asked = Request(head.decode("latin-1"), body)
    while len(asked.body) < int(asked.header("content-length") or 0):
        asked.body += line.recv(65536)
    return asked


def says(status: int, *headers: str, body: bytes = b"") -> Answering:
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda line: line.sendall("\r\n".join(head).encode() + body)


def sends(raw: bytes) -> Answering:
    return lambda line: line.sendall(raw)


def hangs(seconds: float = 60, until: threading.Event | None = None) -> Answering:
    def answer(line: socket.socket) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until and until.is_set()):  # until the other side has had enough
            line.settimeout(0.2)
            try:
                if not line.recv(1):
                    return
            except TimeoutError:
                continue

    return answer


def drips(text: bytes, seconds_apart: float) -> Answering:
    def answer(line: socket.socket) -> None:
        for n in range(len(text)):
            line.sendall(text[n : n + 1])
            time.sleep(seconds_apart)

    return answer


def floods(most: int = 2**30) -> Answering:
    """As much as is taken, up to a gigabyte."""

    def answer(line: socket.socket) -> None:
        line.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {most}\r\n\r\n".encode())
        for _ in range(most // 65536):
            line.sendall(b"x" * 65536)

    return answer


@contextmanager
def receiving(*answers: Answering, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Receiver]:
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        door.settimeout(0.1)
        receiver = Receiver(door.getsockname()[1], list(answers) or [says(204)])
        if tls is not None:
            tls.sni_callback = lambda line, name, context: receiver.names.append(name or "")
        thread = threading.Thread(target=_accept, args=(door, receiver, tls), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.closing.set()
            thread.join(5)


def _accept(door: socket.socket, receiver: Receiver, tls: ssl.SSLContext | None) -> None:
    while not receiver.closing.is_set():
        try:
            line, _ = door.accept()
            line.settimeout(10)
            if tls is not None:
                line = tls.wrap_socket(line, server_side=True)
        except OSError:
            continue
        threading.Thread(target=receiver.serve, args=(line,), daemon=True).start()
