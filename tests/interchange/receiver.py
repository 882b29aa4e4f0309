"""A receiver on loopback that answers as told: well, badly, slowly, or not at all."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Request(NamedTuple):
    """What came in."""

    line: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[[socket.socket], None]


class Receiver:
    """Listens on a port of its own, keeps each request, and answers the n-th as the n-th behaviour says, then the last.

    With `tls`, it speaks TLS. One with `first` says just that, at once, whatever is asked, and goes on waiting.
    """

    def __init__(self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None, first: bytes | None = None) -> None:
        self.behaviours = list(behaviours)
        self.requests: list[Request] = []
        self._tls, self._first = tls, first
        self._closing = threading.Event()
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"{'http' if tls is None and first is None else 'https'}://localhost:{self.port}/hooks?token=t0p"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        # A blocked accept does not notice that its socket is closed; a last connection wakes it.
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            pass
        self._thread.join(5)
        self._listening.close()
        for connection in self._open:
            connection.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            connection, _ = self._listening.accept()
            self._open.append(connection)
            if not self._closing.is_set():
                threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        if self._first is not None:
            connection.sendall(self._first)
            self._closing.wait(10)
            return
        with contextlib.suppress(OSError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            request = _request(connection)
            if request is None:
                return
            self.requests.append(request)
            self.behaviours[min(len(self.requests), len(self.behaviours)) - 1](connection)
            connection.close()


def _request(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65_536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    line, *rest = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65_536)
    return Request(line, headers, body)


def status(code: int, *headers: str, body: bytes = b"") -> Behaviour:
    """Answer with this status."""
    head = "\r\n".join([f"HTTP/1.1 {code} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]).encode()
    return lambda connection: connection.sendall(head + body)


def silence(connection: socket.socket) -> None:
    """Take the request and never answer."""
    time.sleep(5)


def closing(connection: socket.socket) -> None:
    """Close without an answer."""


def reset(connection: socket.socket) -> None:
    """Break the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def saying(text: bytes) -> Behaviour:
    """Answer with these bytes, HTTP or not."""
    return lambda connection: connection.sendall(text)


def dripping(text: bytes, endless: bytes = b"") -> Behaviour:
    """Answer with one byte every twentieth of a second, and then with `endless` again and again."""

    def parts() -> Iterator[bytes]:
        yield from (text[place : place + 1] for place in range(len(text)))
        while endless:
            yield endless

    def behave(connection: socket.socket) -> None:
        for part in parts():
            connection.sendall(part)
            time.sleep(0.05)

    return behave
