"""The one-file verifier's own cryptography and formats, against published vectors and an independent implementation."""

from __future__ import annotations

import ast
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.journal import verify_bundle as verifier
from axflow.journal.bundle import complement
from axflow.journal.canonical import canonical
from axflow.journal.commitment import commit
from tests.audit.signed_log import LOG, WITNESSES, tree

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
SMALL = (
    bytes(32),
    (1).to_bytes(32, "little"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
)
"""Points whose order divides 8: under such a key a signature can be made that fits many messages."""


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032_verify_and_none_of_their_bits_may_change(
    public: str, message: str, signature: str
) -> None:
    parts = [bytes.fromhex(text) for text in (public, message, signature)]
    assert verifier.ed25519_verifies(*parts)
    for part in range(3):
        for bit in range(0, 8 * len(parts[part]), 41):
            changed = [bytearray(data) for data in parts]
            changed[part][bit // 8] ^= 1 << bit % 8
            assert not verifier.ed25519_verifies(*map(bytes, changed))


def test_only_the_one_form_of_a_signature_is_accepted() -> None:
    public, message, signature = (bytes.fromhex(text) for text in VECTORS[1])
    s = int.from_bytes(signature[32:], "little") + ORDER
    assert not verifier.ed25519_verifies(public, message, signature[:32] + s.to_bytes(32, "little"))
    assert not verifier.ed25519_verifies(public, message, signature + b"\x00")
    assert not verifier.ed25519_verifies(public[:31], message, signature)
    too_large = (2**255 - 19 + 1).to_bytes(32, "little")  # y = p + 1, another spelling of y = 1
    assert not verifier.ed25519_verifies(too_large, message, signature)


@pytest.mark.parametrize("public", SMALL)
def test_a_key_of_small_order_signs_nothing(public: bytes) -> None:
    for signature in (public + bytes(32), (1).to_bytes(32, "little") + bytes(32)):
        assert not verifier.ed25519_verifies(public, b"anything", signature)


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_it_says_of_signatures_what_an_independent_library_says(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    good = private.sign(message)
    bad = bytearray(good)
    bad[bit // 8] ^= 1 << bit % 8
    assert verifier.ed25519_verifies(public, message, good)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes(bad), message)
        library = True
    except InvalidSignature:
        library = False
    assert verifier.ed25519_verifies(public, message, bytes(bad)) == library is False


def test_the_key_of_the_published_example_is_read() -> None:
    """The verifier key in the text of C2SP signed-note."""
    key = verifier.read_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert (key.name, key.id.hex(), key.kind) == ("PeterNeumann", "c74f20a3", 1)
    assert len(key.fingerprint.split()) == 16
    note = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert verifier.read_note(note.encode(), "note").signed_by(key, "note") == 0


@pytest.mark.parametrize(
    "text",
    [
        "", "name", "name+1234abcd", "name+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", LOG.verifier_key[:-1], LOG.verifier_key + "\n",
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(verifier.Fault):
        verifier.read_key(text)


NOTE = LOG.sign("log.example.org/office\n1\nwhatever\n")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"text\n", b"\n\n", NOTE[:-1], NOTE + b"\n", NOTE.replace("—".encode(), b"-"),
        NOTE.replace(b"\n\n", b"\n"), NOTE.replace(b"whatever", b"what\tever"),
        NOTE.replace(b"whatever", b"what\xffever"), NOTE.replace(b" log", b"  log"),
        NOTE + "— x AAAA\n".encode(), NOTE + "— x+y AAAAAAAAAA==\n".encode(),
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(verifier.Fault):
        verifier.read_note(data, "note")


def test_spare_bits_of_base64_are_refused() -> None:
    """Two spellings of one signature would let a bit of a note change unseen."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = NOTE.rindex(b"=") - 1
    while NOTE[at : at + 1] == b"=":
        at -= 1
    last = digits.index(chr(NOTE[at]))
    changed = NOTE[:at] + digits[last ^ 1].encode() + NOTE[at + 1 :]
    with pytest.raises(verifier.Fault, match="spelling"):
        verifier.read_note(changed, "note")


@pytest.mark.parametrize("signer", [LOG, *WITNESSES])
def test_a_signature_counts_for_its_key_only(signer: object) -> None:
    text = "a text\n"
    note = verifier.read_note(f"{text}\n{''.join(s.line(text) for s in (LOG, *WITNESSES))}".encode(), "note")
    keys = [verifier.read_key(s.verifier_key) for s in (LOG, *WITNESSES)]
    assert [note.signed_by(key, "note") for key in keys] == [0, 1_772_409_600, 1_772_409_600]
    other = note._replace(text="another text\n")
    for key in keys:
        with pytest.raises(verifier.Fault, match="does not verify"):
            other.signed_by(key, "note")
    alone = verifier.read_note(LOG.sign(text), "note")
    assert [alone.signed_by(key, "note") for key in keys] == [0, None, None]


@pytest.mark.parametrize(
    "text",
    ["o\n1\n", "\n1\nAAAA\n", "o\n01\nAAAA\n", "o\n-1\nAAAA\n", "o\n1\nAAAA\n", "o\n1e3\nAAAA\n", "o\n１\nAAAA\n"],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(verifier.Fault):
        verifier.read_checkpoint(text, "checkpoint")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text('가나 abc"\\\n é', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abz_", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.binary(min_size=16, max_size=16))
def test_it_spells_and_commits_as_the_journal_does(value: object, salt: bytes) -> None:
    assert verifier.canonical(value) == canonical(value)
    assert verifier.read_json(canonical(value), "here") == value
    assert verifier.commitment(value, salt) == commit(canonical(value), salt)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}', b'{"b":1,"a":1}', b"1.0", b"1e3", b"NaN", b" 1", b"[1, 2]", b"\xff", b'"\\u0041"',
        b"[" * 100_000, b"9" * 10_000, b'"\\ud800"',
    ],
)  # fmt: skip
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(verifier.Fault):
        verifier.read_json(data, "here")


@given(st.integers(0, 40), st.data())
def test_the_given_hashes_and_the_leaves_lead_to_the_root(size: int, data: st.DataObject) -> None:
    """Whatever leaves somebody has: with the complement, the verifier's walk meets the tree of RFC 6962."""
    hashes = [sha256(bytes([n])).digest() for n in range(size)]
    mine = sorted(data.draw(st.sets(st.integers(0, size - 1)))) if size else []
    given_ = [h.hex().encode() for h in complement(size, iter(mine), lambda low, high: tree(hashes[low:high]))]
    if len(mine) == size:
        assert given_ == []
    bundle = verifier._Bundle("", (), (), None)
    leaves = iter([(leaf, hashes[leaf]) for leaf in mine])
    bundle._next = next(leaves, None)
    left = iter(given_)
    assert bundle._root(0, size, left, leaves) == tree(hashes)
    assert next(left, None) is None and bundle._next is None


def test_it_needs_the_standard_library_alone_and_reads_on_older_pythons() -> None:
    source = Path(verifier.__file__).read_text(encoding="utf-8")
    module = ast.parse(source, feature_version=(3, 8))
    names = {
        name.partition(".")[0]
        for node in ast.walk(module)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert names - set(sys.stdlib_module_names) == set()
    assert names & {"urllib", "http", "socket", "ssl", "subprocess", "pickle", "zipfile"} == set()
