"""The webhook: signed posts that come within their time to a plain answer, whatever the other side does."""

from __future__ import annotations

import logging
import ssl
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from axflow.interchange.signature import Signer, new_secret
from axflow.interchange.webhook import LONGEST_WAIT, Webhook
from tests.interchange.receiver import Behaviour, Receiver, closing, dripping, reset, saying, silence, status

SECRET = new_secret()
EVENT = {"id": "ab12-7", "data": {"stage": "심사"}}
QUICK = 0.5


def now() -> datetime:
    return datetime.now(UTC)


def webhook(url: str, timeout: float = QUICK) -> Webhook:
    return Webhook(url, Signer.parse(SECRET), timeout=timeout)


@pytest.mark.parametrize("code", [200, 202, 204, 299])
def test_what_is_taken_is_delivered_and_its_signature_holds(code: int) -> None:
    with Receiver(status(code)) as receiver:
        assert webhook(receiver.url).post(EVENT, now()) == ("delivered", "", None)
    (request,) = receiver.requests
    assert request.line == "POST /hooks?token=t0p HTTP/1.1"
    assert request.headers["host"] == f"localhost:{receiver.port}"
    assert request.headers["content-type"] == "application/cloudevents+json; charset=UTF-8"
    assert request.headers["webhook-id"] == "ab12-7"
    assert Verifier(SECRET).verify(request.body, request.headers) == EVENT
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(request.body.replace(b"7", b"8"), request.headers)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(code: int) -> None:
    with Receiver(status(200)) as other, Receiver(status(code, f"Location: {other.url}")) as receiver:
        assert webhook(receiver.url).post(EVENT, now()) == ("failed", f"status {code}", None)
    assert other.requests == []


@pytest.mark.parametrize(
    ("code", "kind"), [(500, "failed"), (404, "failed"), (401, "failed"), (410, "gone"), (429, "later"), (503, "later")]
)
def test_a_status_says_what_to_do(code: int, kind: str) -> None:
    with Receiver(status(code, body=b"secret trace of the receiver")) as receiver:
        assert webhook(receiver.url).post(EVENT, now()) == (kind, f"status {code}", None)


AT = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(seconds=1)),
        ("99999999999999999999", LONGEST_WAIT),
        (format_datetime(AT + timedelta(minutes=3), usegmt=True), timedelta(minutes=3)),
        (format_datetime(AT - timedelta(minutes=3), usegmt=True), timedelta(seconds=1)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
        ("Fri, 31 Dec 9999 23:59:59", None),  # no zone: it names no instant
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_the_receiver_may_ask_for_time(text: str, wait: timedelta | None) -> None:
    with Receiver(status(503, f"Retry-After: {text}" if text.isascii() else "Retry-After: \xd9\xa3")) as receiver:
        assert webhook(receiver.url).post(EVENT, AT).after == wait


def test_only_those_who_ask_for_patience_are_asked_when() -> None:
    with Receiver(status(500, "Retry-After: 120")) as receiver:
        assert webhook(receiver.url).post(EVENT, now()).after is None


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (silence, "no answer within 0.5 s"),
        (dripping(b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n"), "no answer within 0.5 s"),
        (dripping(b"", b"H"), "no answer within 0.5 s"),
        (dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "no answer within 0.5 s"),
        (closing, "the connection was closed without an answer"),
        (reset, "the connection was broken off"),
        (saying(b"220 mail.example ESMTP s3cret\r\n"), "the answer is no HTTP"),
        (saying(b"HTTP/1.1 2OO OK\r\n\r\n"), "the answer is no HTTP"),
        (saying(b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n"), "the answer is no HTTP"),
        (saying(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"), "the answer is no HTTP"),
        (saying(b"\x00\xff\xfe" * 50), "the answer is no HTTP"),
    ],
    ids=[
        "silent",
        "dripping",
        "dripping line",
        "continues",
        "closing",
        "reset",
        "mail",
        "2OO",
        "long",
        "many",
        "bytes",
    ],
)
def test_what_gives_no_answer_ends_in_time_and_is_named(behaviour: Behaviour, words: str) -> None:
    with Receiver(behaviour) as receiver:
        began = time.monotonic()
        answer = webhook(receiver.url).post(EVENT, now())
        took = time.monotonic() - began
    assert answer == ("unreachable", f"http://localhost:{receiver.port}: {words}", None)
    assert took < QUICK + 1


@pytest.mark.parametrize(
    "behaviour",
    [dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", b"x"), status(200, body=b"x" * 5_000_000)],
    ids=["slow", "long"],
)
def test_the_body_of_an_answer_is_not_waited_for(behaviour: Behaviour) -> None:
    with Receiver(behaviour) as receiver:
        began = time.monotonic()
        assert webhook(receiver.url, timeout=5).post(EVENT, now()).kind == "delivered"
        assert time.monotonic() - began < 4.5


def test_nobody_there_is_told() -> None:
    with Receiver(closing) as receiver:
        pass
    answer = webhook(receiver.url).post(EVENT, now())
    assert answer == ("unreachable", f"http://localhost:{receiver.port}: the connection was refused", None)


def test_a_name_that_leads_nowhere_is_told() -> None:
    answer = webhook("https://nowhere.invalid/x").post(EVENT, now())
    assert answer == ("unreachable", "https://nowhere.invalid: its name cannot be resolved", None)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of our own making for localhost, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(tls: ssl.SSLContext) -> None:
    with Receiver(status(200), tls=tls) as receiver:
        answer = webhook(receiver.url).post(EVENT, now())
    assert answer.kind == "unreachable"
    assert "its certificate was not accepted: self-signed certificate" in answer.why.replace(
        "self signed", "self-signed"
    )
    assert receiver.requests == []


def test_one_that_the_operator_vouches_for_is_taken_for_its_own_name_only(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Receiver(status(200), tls=tls) as receiver:
        assert webhook(receiver.url).post(EVENT, now()).kind == "delivered"
        assert receiver.requests[0].headers["host"] == f"localhost:{receiver.port}"
        other = webhook(receiver.url.replace("localhost", "127.0.0.1")).post(EVENT, now())
        assert "its certificate was not accepted: IP address mismatch" in other.why
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("behaviour", [silence, dripping(b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n")])
def test_a_slow_answer_over_tls_ends_in_time(
    behaviour: Behaviour, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Receiver(behaviour, tls=tls) as receiver:
        answer = webhook(receiver.url).post(EVENT, now())
    assert answer.why == f"https://localhost:{receiver.port}: no answer within 0.5 s"


def test_one_that_never_says_hello_ends_in_time() -> None:
    with Receiver(first=b"") as receiver:
        answer = webhook(receiver.url).post(EVENT, now())
    assert answer.why == f"https://localhost:{receiver.port}: no answer within 0.5 s"


def test_one_that_speaks_no_tls_is_named() -> None:
    with Receiver(first=b"HTTP/1.1 400 Bad Request s3cret\r\n\r\n") as receiver:
        answer = webhook(receiver.url, timeout=5).post(EVENT, now())
    assert answer.why.startswith(f"https://localhost:{receiver.port}: TLS failed: ")
    assert "s3cret" not in answer.why


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver(status(500)) as proxy, Receiver(status(200)) as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://localhost:{proxy.port}")
        assert webhook(receiver.url).post(EVENT, now()).kind == "delivered"
    assert proxy.requests == []


def test_neither_secrets_nor_tokens_nor_answers_come_into_words(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for behaviour in (
        status(500, body=b"s3cret"),
        saying(b"s3cret\r\n"),
        saying(b"HTTP/1.1 500 s3cret\r\n\r\n"),
        reset,
    ):
        with Receiver(behaviour) as receiver:
            made = webhook(receiver.url)
            told += [made.post(EVENT, now()).why, made.place, repr(Signer.parse(SECRET))]
    said = " ".join(told) + caplog.text + "".join(capfd.readouterr())
    for secret in (SECRET, SECRET.removeprefix("whsec_"), "t0p", "/hooks", "s3cret"):
        assert secret not in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://receiver.example/x", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("receiver.example/x", "begins with https://"),
        ("https://", "names a host"),
        ("https://user:s3cret@receiver.example/", "no user or password"),
        ("https://receiver.example:99999/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://a..b/", "cannot be read"),
        ("https://receiver.example/a b", "ASCII without spaces"),
        ("https://receiver.example/가", "ASCII without spaces"),
        ("https://receiver.example/x\r\nX-Other: y", "ASCII without spaces"),
    ],
)
def test_a_url_that_is_none_is_refused_without_repeating_it(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as raised:
        webhook(url)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://receiver.example/x?token=t", "https://receiver.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
    ],
)
def test_what_is_told_of_a_url_is_its_place(url: str, place: str) -> None:
    assert webhook(url).place == place


def test_a_timeout_is_some_time() -> None:
    with pytest.raises(ValueError, match="some seconds"):
        webhook("https://receiver.example", timeout=0)
