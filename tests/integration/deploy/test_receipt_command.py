"""`lotse receipt verify`: offline, in sentences, with a status for programs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from pypdf import PdfWriter
from typer.testing import CliRunner, Result

from deploy.cli import app
from tests.unit.common.ledger.test_receipt import SIGNER, a_receipt


def verified(folder: Path, content: bytes, key: str | None = None, name: str = "document.jsonld") -> Result:
    (folder / name).write_bytes(content)
    (folder / "network.key").write_text(key or f"{SIGNER.verifier.line()}\n", encoding="utf-8")
    arguments = ["receipt", "verify", str(folder / name), "--key", str(folder / "network.key")]
    return CliRunner().invoke(app, arguments)


def a_pdf(*attached: bytes) -> bytes:
    """A page of paper with receipts attached."""
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    for receipt in attached:
        writer.add_attachment("document.jsonld", receipt)
    writer.write(content)
    return content.getvalue()


def test_a_receipt_that_holds_is_said_to_hold_part_by_part(tmp_path: Path) -> None:
    result = verified(tmp_path, a_receipt())
    assert result.exit_code == 0, result.output
    assert result.output.count("holds ") >= 5
    assert "This receipt holds." in result.output


def test_a_receipt_without_names_holds_and_says_what_is_not_in_it(tmp_path: Path) -> None:
    result = verified(tmp_path, a_receipt(names=False, logged=False))
    assert result.exit_code == 0, result.output
    assert "issued without names" in result.output


def test_one_changed_word_ends_with_one_and_names_what_is_broken(tmp_path: Path) -> None:
    document = json.loads(a_receipt())
    document["said"] = "something else"
    result = verified(tmp_path, json.dumps(document).encode())
    assert result.exit_code == 1
    assert "It is not what was signed." in result.output
    assert "does not hold" in result.output


def test_a_pdf_is_checked_by_the_signed_receipt_attached_to_it(tmp_path: Path) -> None:
    paper = a_pdf(a_receipt())
    result = verified(tmp_path, paper, name="receipt.pdf")
    assert result.exit_code == 0, result.output
    assert "what is printed is not signed" in result.output
    assert "This receipt holds." in result.output
    assert verified(tmp_path, a_pdf(a_receipt().replace(b"said", b"paid")), name="forged.pdf").exit_code == 1


@pytest.mark.parametrize("length", [5, 400, 1_000])
def test_a_pdf_that_is_broken_or_has_nothing_attached_ends_with_two(tmp_path: Path, length: int) -> None:
    for content in (a_pdf(a_receipt())[:length], a_pdf()):
        result = verified(tmp_path, content, name="receipt.pdf")
        assert result.exit_code == 2, result.output
        assert "PDF" in result.output


@pytest.mark.parametrize(("content", "key"), [(b"no receipt", None), (b"{}", None), (b"", "no key")])
def test_what_is_no_receipt_or_no_key_ends_with_two(tmp_path: Path, content: bytes, key: str | None) -> None:
    result = verified(tmp_path, content or a_receipt(), key)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_ends_with_one_and_its_name(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["receipt", "verify", str(tmp_path / "none"), "--key", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "none" in result.output


def test_the_help_teaches_what_is_looked_at() -> None:
    result = CliRunner().invoke(app, ["receipt", "verify", "--help"])
    assert result.exit_code == 0
    assert "checkpoint" in result.output
    assert "lotse receipt key" in result.output
