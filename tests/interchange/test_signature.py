"""Signatures hold by an independent reader, with old and new secrets at once; secrets show nowhere."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from axflow.interchange.signature import SecretError, Signer, new_secret

OLD, NEW, FOREIGN = (new_secret() for _ in range(3))


def written(size: int) -> str:
    return "whsec_" + base64.b64encode(b"x" * size).decode()


@given(st.text(min_size=1, max_size=400), st.binary(min_size=24, max_size=64))
def test_an_independent_reader_accepts_what_was_signed(text: str, secret: bytes) -> None:
    body = text.encode("utf-8", "replace")
    headers = Signer(secret).headers("entry-1", datetime.now(UTC), body)
    Verifier(secret).verify(body, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body + b" ", headers, json_parse=False)


def test_the_published_example_is_signed_as_published() -> None:
    """Secret, id, time, body and signature as the reference libraries test themselves with."""
    signer = Signer.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    assert signer.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}') == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_receivers_can_go_from_an_old_secret_to_a_new_one() -> None:
    headers = Signer.parse(f"{NEW} {OLD}").headers("entry-1", datetime.now(UTC), b"{}")
    for secret in (OLD, NEW):
        assert Verifier(secret).verify(b"{}", headers) == {}
    with pytest.raises(WebhookVerificationError):
        Verifier(FOREIGN).verify(b"{}", headers)


def test_an_old_attempt_is_refused_by_its_time() -> None:
    headers = Signer.parse(NEW).headers("entry-1", datetime.now(UTC) - timedelta(minutes=6), b"{}")
    with pytest.raises(WebhookVerificationError, match="too old"):
        Verifier(NEW).verify(b"{}", headers)


@pytest.mark.parametrize("text", [f"{NEW},{OLD}", f"{NEW}\n{OLD}\n", f"  {NEW} ,\t{OLD}"])
def test_secrets_come_from_a_file_or_the_environment(text: str, tmp_path: Path) -> None:
    file = tmp_path / "secrets"
    file.write_text(text)
    for signer in (Signer.found(file, {}), Signer.found(None, {"AXFLOW_WEBHOOK_SECRET": text})):
        assert repr(signer) == "Signer(2 secrets)"
        assert Verifier(OLD).verify(b"{}", signer.headers("x", datetime.now(UTC), b"{}")) == {}


def test_a_missing_secret_is_told_with_what_to_do(tmp_path: Path) -> None:
    for environment in ({}, {"AXFLOW_WEBHOOK_SECRET": " "}):
        with pytest.raises(SecretError, match=r"set AXFLOW_WEBHOOK_SECRET or name a file.*axflow worker secret"):
            Signer.found(None, environment)
    file = tmp_path / "empty"
    file.write_text("\n")
    with pytest.raises(SecretError, match="empty holds no secret"):
        Signer.found(file)
    with pytest.raises(FileNotFoundError):
        Signer.found(tmp_path / "none")
    with pytest.raises(SecretError):
        Signer()


@pytest.mark.parametrize(
    "wrong",
    ["hunter2", NEW.removeprefix("whsec_"), "whsec_%%%", "whsec_", written(23), written(65)],
    ids=["word", "unmarked", "not base64", "empty", "short", "long"],
)
def test_a_secret_without_sound_form_is_refused_and_not_repeated(wrong: str) -> None:
    with pytest.raises(
        SecretError, match="secret 2 in AXFLOW_WEBHOOK_SECRET is not 'whsec_' and 24 to 64 bytes"
    ) as raised:
        Signer.found(None, {"AXFLOW_WEBHOOK_SECRET": f"{NEW} {wrong}"})
    assert wrong == "whsec_" or wrong.removeprefix("whsec_") not in str(raised.value)


@pytest.mark.parametrize("size", [24, 64])
def test_secrets_may_be_as_short_and_as_long_as_the_standard_says(size: int) -> None:
    assert repr(Signer.parse(written(size))) == "Signer(1 secrets)"


def test_new_secrets_differ() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
