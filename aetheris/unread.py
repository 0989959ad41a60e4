"""I let go of a socket whose client does not read: what waits for it may fill only so much of our memory.

The server underneath sends without asking whether anything arrives; what is not taken piles up in its transport. The
system's own buffer is kept small, so that a client who stopped reading is seen early and closed with 4408.
"""

import socket
from typing import Any

from autobahn.twisted.websocket import WebSocketServerProtocol
from daphne.ws_protocol import WebSocketProtocol

TOO_SLOW = 4408
MOST_UNSENT, SYSTEM_BUFFER = 256 * 1024, 128 * 1024
LAST_WORDS_SECONDS = 20  # so long it may take to read what was sent before, and why it ends


def install() -> None:
    WebSocketProtocol.serverSend = _send
    WebSocketProtocol.onOpen = _open


_first_open, _first_send = WebSocketProtocol.onOpen, WebSocketProtocol.serverSend


def _open(self: Any) -> None:
    self.transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SYSTEM_BUFFER)
    self.closeHandshakeTimeout = LAST_WORDS_SECONDS
    _first_open(self)


def _send(self: Any, content: Any, binary: bool = False) -> None:
    if self.state not in (WebSocketServerProtocol.STATE_OPEN, WebSocketServerProtocol.STATE_CONNECTING):
        return
    if unsent(self.transport) > MOST_UNSENT:
        self.serverClose(TOO_SLOW)
        return
    _first_send(self, content, binary)


def unsent(transport: Any) -> int:
    """Bytes that were handed over and not yet taken by the system."""
    return len(transport.dataBuffer) - transport.offset + transport._tempDataLen
