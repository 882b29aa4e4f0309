"""One POST to one receiver, and what its answer means. Nothing of the answer but status and Retry-After is read.

The URL is the operator's; no other address is ever contacted: redirects are answers like any other, and proxies that
the environment names are not asked. Certificates are verified against the system's authorities (or those that the
variable SSL_CERT_FILE names). Nothing secret comes into a failure's words: no path, query, header or body.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from axflow.interchange.cloud_events import CONTENT_TYPE, body_of
from axflow.interchange.signature import Signer

TIMEOUT: Final = 10.0
"""Seconds for a whole attempt: connecting, sending and the answer's head."""
LONGEST_WAIT: Final = timedelta(days=1)
"""A receiver's Retry-After is followed up to this."""

_DELIVERED: Final = range(200, 300)
_GONE: Final = 410
_LATER: Final = (429, 503)


class Answer(NamedTuple):
    """What came of one attempt."""

    kind: Literal["delivered", "gone", "later", "failed", "unreachable"]
    """`later`: the receiver asks for patience; `failed`: it answered and did not take the message; `unreachable`: there
    was no answer."""
    why: str = ""
    """In words for operators."""
    after: timedelta | None = None
    """How long the receiver asks to wait."""


class Webhook:
    """A receiver of messages.

    Parameters:
        url: where to post, http or https.
        signer: signs each attempt.
        timeout: seconds for a whole attempt.

    Raises `ValueError` for a URL that is none, with what would be right.
    """

    def __init__(self, url: str, signer: Signer, *, timeout: float = TIMEOUT) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
            (parts.hostname or "").encode("idna")
        except ValueError:
            raise ValueError("the webhook's URL cannot be read; write https://receiver.example/path") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("a webhook's URL begins with https:// (or http://) and names a host")
        if "@" in parts.netloc:
            raise ValueError(
                "a webhook's URL holds no user or password: messages are signed, let the receiver check that"
            )
        if not url.isascii() or not url.isprintable() or " " in url:
            raise ValueError("a webhook's URL is written in ASCII without spaces: encode other letters by %")
        if timeout <= 0:
            raise ValueError(f"a timeout is some seconds, not {timeout}")
        self._host, self._tls = parts.hostname, parts.scheme == "https"
        self._port = port or (443 if self._tls else 80)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._signer = signer
        self._context = ssl.create_default_context() if self._tls else None
        self.timeout = timeout
        name = f"[{self._host}]" if ":" in self._host else self._host
        self.place = f"{parts.scheme}://{name}" + (f":{port}" if port else "")
        """Scheme, host and port: what may be told. Path and query may hold a token."""

    def post(self, event: Mapping[str, Any], at: datetime) -> Answer:
        """Make one attempt to deliver a CloudEvent; `at` is now, aware. Raises nothing: a failure is an answer too."""
        body = body_of(event)
        headers = {
            "Content-Type": CONTENT_TYPE,
            "User-Agent": "axflow",
            "Connection": "close",
            **self._signer.headers(str(event["id"]), at, body),
        }
        watch = _Watch(self.timeout)
        try:
            with watch, self._connected(watch) as connection:
                connection.request("POST", self._target, body, headers)
                answer = connection.getresponse()
                return _read(answer.status, answer.getheader("Retry-After"), at)
        except (OSError, http.client.HTTPException) as error:
            late = watch.expired or isinstance(error, TimeoutError)
            why = f"no answer within {self.timeout:g} s" if late else _words(error)
            return Answer("unreachable", f"{self.place}: {why}")

    @contextmanager
    def _connected(self, watch: _Watch) -> Iterator[http.client.HTTPConnection]:
        with ExitStack() as opened:
            dialled = opened.enter_context(self._dial(watch))
            watch.over(dialled)
            if self._context is not None:
                # Not shaken hands yet: the watch must hold the socket that the handshake waits on.
                dialled = opened.enter_context(
                    self._context.wrap_socket(dialled, server_hostname=self._host, do_handshake_on_connect=False)
                )
                watch.over(dialled)
                dialled.do_handshake()
            connection = http.client.HTTPConnection(self._host, self._port)
            connection.default_port = 443 if self._tls else 80
            connection.sock = dialled
            yield connection

    def _dial(self, watch: _Watch) -> socket.socket:
        """A connection to the first of the host's addresses that takes one, all within the time that is left."""
        last: OSError | None = None
        for family, kind, protocol, _, address in socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM):
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(watch.left())
                made.connect(address)
                made.settimeout(watch.left())  # of each read; the watch ends the whole
                return made
            except OSError as error:
                made.close()
                last = error
        raise last or OSError("the host has no address")


class _Watch:
    """Ends an attempt when its time is over, however slowly the other side goes on sending."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self.expired = False

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def left(self) -> float:
        """Seconds that are left; `TimeoutError` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0 or self.expired:
            self.expired = True
            raise TimeoutError
        return left

    def over(self, watched: socket.socket) -> None:
        """Watch this socket."""
        with self._lock:
            self._socket = watched
        self.left()

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            if self._socket is not None:
                with suppress(OSError):  # it may have been closed just now
                    # The socket's own method: that of a TLS socket would first want to take leave politely.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _read(status: int, retry_after: str | None, at: datetime) -> Answer:
    if status in _DELIVERED:
        return Answer("delivered")
    why = f"status {status}"
    if status == _GONE:
        return Answer("gone", why)
    if status in _LATER:
        return Answer("later", why, _wait(retry_after, at))
    return Answer("failed", why)


def _wait(text: str | None, at: datetime) -> timedelta | None:
    """What Retry-After asks for: seconds or a date (RFC 9110); None where it says nothing that can be read."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), LONGEST_WAIT.total_seconds()))
    else:
        try:
            until = parsedate_to_datetime(text)
            wait = until - at
        except (ValueError, TypeError, OverflowError):
            return None
    return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)


def _words(error: Exception) -> str:
    """Why there was no answer, without a word that the other side said."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate was not accepted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason or 'the connection was closed'}"
    if isinstance(error, socket.gaierror):
        return "its name cannot be resolved"
    if isinstance(error, http.client.RemoteDisconnected):
        return "the connection was closed without an answer"
    if isinstance(error, http.client.HTTPException):
        return "the answer is no HTTP"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, ConnectionError):
        return "the connection was broken off"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
