import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteSigner, NoteVerifier

SIGNER = NoteSigner("lotse-consent/test", Ed25519PrivateKey.from_private_bytes(bytes(32)))
CHECKPOINT = Checkpoint(SIGNER.name, 12, bytes(range(32)))


def test_signed_note_opens_with_the_handed_out_line() -> None:
    verifier = NoteVerifier.from_line(SIGNER.verifier.line())
    assert Checkpoint.parse(verifier.open(SIGNER.sign(CHECKPOINT.text()))) == CHECKPOINT


def test_note_has_the_form_of_the_standard() -> None:
    lines = SIGNER.sign(CHECKPOINT.text()).split("\n")
    assert lines[:4] == ["lotse-consent/test", "12", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""]
    assert lines[4].startswith("\u2014 lotse-consent/test ")
    assert lines[5:] == [""]


def test_verifier_line_of_the_specification_is_read() -> None:
    # The example of c2sp.org/signed-note.
    line = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6"
        "RyyBwJnAM=\n"
    )
    verifier = NoteVerifier.from_line(line)
    assert verifier.line() == line
    assert verifier.open(note).startswith("If you think")


@pytest.mark.parametrize("change", ["size", "signature", "name", "cut"])
def test_changed_note_does_not_open(change: str) -> None:
    note = SIGNER.sign(CHECKPOINT.text())
    changed = {
        "size": note.replace("\n12\n", "\n13\n"),
        "signature": note[:-6] + ("A" if note[-6] != "A" else "B") + note[-5:],
        "name": note.replace("lotse-consent/test ", "lotse-consent/tost "),
        "cut": note.split("\n\n")[0],
    }[change]
    with pytest.raises(InvalidCheckpointError):
        SIGNER.verifier.open(changed)


def test_note_of_another_key_of_the_same_name_does_not_open() -> None:
    other = NoteSigner(SIGNER.name, Ed25519PrivateKey.generate())
    with pytest.raises(InvalidCheckpointError):
        SIGNER.verifier.open(other.sign(CHECKPOINT.text()))


ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.mark.parametrize(
    "text", ["", "a\n1\n", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n", f"\n1\n{ROOT}\n", "a\n1\nAAAA\n", f"a\nx\n{ROOT}\n"]
)
def test_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InvalidCheckpointError):
        Checkpoint.parse(text)


def test_private_key_does_not_show() -> None:
    assert "PrivateKey" not in repr(SIGNER)
