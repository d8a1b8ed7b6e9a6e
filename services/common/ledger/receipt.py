"""A receipt: a signed JSON document about one entry of the log, to be checked with the log's public key alone.

Beside what it says in its own words a receipt holds `lotse:leafHash`, the hash under which its row is logged. It may
hold the row itself with its salt, from which that hash is made, and the place of the entry in the log.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import rfc8785

from services.common.ledger.checkpoint import InvalidCheckpointError, NoteSigner, NoteVerifier
from services.common.ledger.data_integrity import InvalidProofError, check_proof, signed
from services.common.ledger.leaf import SALT_LENGTH, LeafValue, canonical
from services.common.ledger.log_proof import InvalidLogProofError, LogProof

LEAF_HASH: Final = "lotse:leafHash"
SALT: Final = "lotse:salt"
ENTRY: Final = "lotse:entry"
LOG_PROOF: Final = "lotse:logProof"
_NUMBER: Final = "dct:identifier"


class UnreadableReceiptError(ValueError):
    """The bytes are no receipt at all; the message says why, without anything that stands in them."""


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """A row as it was logged."""

    kind: str
    columns: Mapping[str, LeafValue]
    salt: bytes


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it holds, None where the receipt has nothing to look at; in a sentence."""

    about: str
    holds: bool | None
    says: str


def issue(
    document: Mapping[str, Any],
    leaf_hash: bytes,
    signer: NoteSigner,
    at: datetime,
    *,
    entry: LoggedEntry | None = None,
    log_proof: LogProof | None = None,
) -> bytes:
    """The receipt as bytes of RFC 8785; `document` is JSON-LD with `@context` and its number in `dct:identifier`."""
    whole: dict[str, Any] = {**document, LEAF_HASH: leaf_hash.hex()}
    if entry is not None:
        whole |= {SALT: entry.salt.hex(), ENTRY: json.loads(canonical(entry.kind, entry.columns))}
    if log_proof is not None:
        whole[LOG_PROOF] = log_proof.text()
    return rfc8785.dumps(signed(whole, signer.key, at))


def check_receipt(content: bytes, verifier: NoteVerifier) -> list[Check]:
    """Every check in order; the receipt holds when none of them fails. Raises UnreadableReceiptError."""
    document = _read(content)
    leaf = _leaf_of(document)
    return [
        _check_signature(document, verifier),
        _check_characters(content, document),
        _check_entry(document, leaf),
        *_check_log(document, leaf, verifier),
    ]


def _check_signature(document: dict[str, Any], verifier: NoteVerifier) -> Check:
    try:
        check_proof(document, verifier.key)
    except InvalidProofError as error:
        return Check("signature", holds=False, says=str(error))
    return Check("signature", holds=True, says=f"Signed by the key of {verifier.name}; not one word was changed since.")


def _check_characters(content: bytes, document: dict[str, Any]) -> Check:
    """Blanks and the order of fields mean nothing in JSON and are not signed: said, and no fault."""
    try:
        exact = content.removesuffix(b"\n") == rfc8785.dumps(document)
    except (ValueError, RecursionError):
        exact = False
    if exact:
        return Check("characters", holds=True, says="The file is as it was issued, character by character.")
    return Check(
        "characters", holds=None, says="The file was written anew since it was issued (blanks, order of fields)."
    )


def _check_entry(document: dict[str, Any], leaf: bytes | None) -> Check:
    if leaf is None:
        return Check("entry", holds=False, says="It names no entry of the log.")
    if ENTRY not in document and SALT not in document:
        says = "The entry itself is not in this receipt, since it was issued without names; only its hash is."
        return Check("entry", holds=None, says=says)
    entry, salt = document.get(ENTRY), _bytes_of(document.get(SALT), SALT_LENGTH)
    if not isinstance(entry, dict) or salt is None or _hash_of(entry, salt) != leaf:
        return Check("entry", holds=False, says="The entry does not have the hash under which it was logged.")
    if entry.get("receipt_id") != document.get(_NUMBER):
        return Check("entry", holds=False, says="The entry is that of another receipt.")
    return Check(
        "entry", holds=True, says="The entry has the hash under which it was logged, and this receipt's number."
    )


def _check_log(document: dict[str, Any], leaf: bytes | None, verifier: NoteVerifier) -> list[Check]:
    text = document.get(LOG_PROOF)
    if text is None:
        says = "It was issued before the entry had its place in the log; fetch it again to have that proved too."
        return [Check("log", holds=None, says=says)]
    try:
        proof = LogProof.parse(text if isinstance(text, str) else "")
        checkpoint = proof.checkpoint(verifier)
    except (InvalidLogProofError, InvalidCheckpointError) as error:
        return [Check("checkpoint", holds=False, says=str(error))]
    signed_root = f"The log signed its state with {checkpoint.size} entries."
    try:
        proof.check(leaf or b"", checkpoint)
    except InvalidLogProofError as error:
        return [Check("checkpoint", holds=True, says=signed_root), Check("log", holds=False, says=str(error))]
    place = f"The entry stands in it at position {proof.seq}; it cannot be taken out unseen."
    return [Check("checkpoint", holds=True, says=signed_root), Check("log", holds=True, says=place)]


def _read(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content.decode(), object_pairs_hook=_each_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise UnreadableReceiptError("It is no text.") from None
    except (ValueError, RecursionError):
        raise UnreadableReceiptError("It is no JSON.") from None
    if not isinstance(document, dict) or LEAF_HASH not in document:
        raise UnreadableReceiptError("It is JSON, but no receipt.")
    return document


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses a name that stands twice: programs would read different things out of it."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _leaf_of(document: Mapping[str, Any]) -> bytes | None:
    return _bytes_of(document.get(LEAF_HASH), hashlib.sha256().digest_size)


def _bytes_of(value: object, length: int) -> bytes | None:
    try:
        data = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return None
    return data if len(data) == length and data.hex() == value else None


def _hash_of(entry: dict[str, Any], salt: bytes) -> bytes | None:
    try:
        return hashlib.sha256(b"\x00" + salt + rfc8785.dumps(entry)).digest()
    except (ValueError, RecursionError):
        return None
