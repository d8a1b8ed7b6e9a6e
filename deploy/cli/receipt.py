"""`lotse receipt`: needs nothing that runs, and no network."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from deploy.cli.console import console, constellation, failures_in_words
from deploy.cli.receipt_pdf import attached_receipt, is_pdf
from deploy.local.paths import CHECKOUT
from services.common.ledger import InvalidCheckpointError, NoteVerifier
from services.common.ledger.receipt import Check, UnreadableReceiptError, check_receipt

app = typer.Typer(help="Check a client's receipt, and hand out the key that it is checked with.", no_args_is_help=True)
_UNREADABLE = 2
_LARGEST = 10_000_000


@app.callback()
def receipt() -> None:
    """Check a client's receipt, and hand out the key that it is checked with."""


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The receipt as she kept it (.jsonld or .pdf).", dir_okay=False)],
    key: Annotated[Path, typer.Option(help="File with the public key; `lotse receipt key` prints it.", dir_okay=False)],
) -> None:
    """Say whether a receipt is what the network issued, without asking anybody.

    What is looked at, one line each:

    signature: the receipt was signed by this key (Ed25519, W3C Data Integrity eddsa-jcs-2022), and no word of it was
    changed since.

    characters: the file itself is as it was issued. Blanks and the order of fields mean nothing and are not signed; it
    is only said when they changed.

    entry: the row as it was logged has the hash that the receipt names. A receipt that was issued without names holds
    only the hash.

    checkpoint: the log signed its state at some size.

    log: the entry stands at its place in that state. A receipt that was fetched within a second of the act does not
    prove this yet; fetched again it does.

    Of a PDF the signed receipt that is attached to it is checked. Its printed pages are not signed: where it matters,
    read the attachment.

    Ends with 0 when nothing speaks against the receipt, with 1 when something does, with 2 when the file is no receipt
    or the key is no key. Take the key from somebody you trust and not from whoever brings the receipt.

    lotse receipt key > network.key

    lotse receipt verify document.jsonld --key network.key
    """
    with failures_in_words():
        try:
            content, verifier = _content_of(file), _verifier_of(key)
            if is_pdf(content):
                content = attached_receipt(content)
                console.print("The signed receipt attached to this PDF is checked; what is printed is not signed.\n")
            checks = check_receipt(content, verifier)
        except UnreadableReceiptError as error:
            sys.stderr.write(f"lotse: {error}\n")
            raise typer.Exit(_UNREADABLE) from None
        for check in checks:
            console.print(_line(check))
        broken = [check.about for check in checks if check.holds is False]
        if broken:
            console.print(f"\n[red]This receipt does not hold:[/red] {', '.join(broken)}.")
            raise typer.Exit(1)
        console.print("\n[green]This receipt holds.[/green]")


@app.command("key")
def key() -> None:
    """Print the public key of this installation's receipts: one line of text that everybody may have.

    It is a verifier of C2SP signed notes, `name+id+key`; other tools of that kind read it too.
    """
    with failures_in_words():
        whole = constellation()
        command = [sys.executable, "-m", "services.consent", "receipt-key"]
        environment = whole.environment.of("consent")
        raise typer.Exit(subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode)


def _line(check: Check) -> str:
    mark = {True: "[green]holds[/green] ", False: "[red]broken[/red]", None: "[dim]absent[/dim]"}[check.holds]
    return f"{mark}  {check.about:<10}  {escape(check.says)}"


def _content_of(file: Path) -> bytes:
    if file.stat().st_size > _LARGEST:
        raise UnreadableReceiptError(f"{file} is too large for a receipt.")
    return file.read_bytes()


def _verifier_of(file: Path) -> NoteVerifier:
    """The key as `lotse receipt key` prints it."""
    try:
        return NoteVerifier.from_line(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, InvalidCheckpointError):
        raise UnreadableReceiptError(f"{file} holds no public key as `lotse receipt key` prints it.") from None
