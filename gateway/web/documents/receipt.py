"""The receipt of an act: the facts that page and PDF both show, and the PDF with the signed receipt inside."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from gateway.api.v1.client.receipts import OwnReceipt
from gateway.web.documents.typesetting import pdf
from gateway.web.documents.wording import Wording, written
from gateway.web.translations import marked as _

_NOBODY_NAMED = _("No agency is named, so that the receipt tells nobody where you go.")
_CHECK_THE_FILE = _(
    "This file holds the receipt in signed form too, as the attachment document.jsonld. With the public key of this "
    "network anybody can check it without asking anybody."
)
_CHECK_THE_PAPER = _(
    "On paper the entry in the log and the signature stand for it. With them each of the two agencies can have it "
    "shown that nothing was changed."
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a receipt in the words of its reader."""

    label: str
    values: tuple[str, ...]


def facts(receipt: OwnReceipt, wording: Wording) -> list[Fact]:
    """All that a receipt says, in order. Agencies stand in it only for whoever showed that she may see them."""
    act, say = receipt.act, wording.say
    found = [
        Fact(say(_("What")), (wording.word(act.kind, "act_kind"),)),
        *([Fact(say(_("When")), (wording.time(act.at),))] if act.at else []),
        Fact(say(_("Number")), (act.receipt_id,)),
    ]
    if act.recipient:
        found += [Fact(say(_("From")), (receipt.discloser,)), Fact(say(_("To")), (act.recipient,))]
    categories = (
        (_("Permitted"), receipt.permitted),
        (_("Not permitted"), receipt.refused),
        (_("Ended"), receipt.ended),
    )
    found += [Fact(say(label), _categories(values, wording)) for label, values in categories if values]
    if receipt.permitted or receipt.way_back != "nothing":
        forward, back = receipt.secrecy_release_forward, receipt.secrecy_release_back
        found += [
            Fact(say(_("Back to the first agency")), (wording.word(receipt.way_back, "way_back"),)),
            Fact(say(_("The first agency may tell them")), (_yes_or_no(forward, wording),)),
            Fact(say(_("They may tell the first agency")), (_yes_or_no(back, wording),)),
        ]
    if receipt.valid_until:
        found.append(Fact(say(_("Until")), (wording.time(receipt.valid_until),)))
    return found


def receipt_pdf(receipt: OwnReceipt, signed: str, wording: Wording) -> bytes:
    """The receipt to keep, with its JSON-LD `signed` attached as it was issued, so that the file can be checked.

    What is printed of the proof lets the paper be compared with the log.
    """
    document, say = json.loads(signed), wording.say
    proof = document["proof"]
    marks = [
        Fact(say(_("Number")), (document["dct:identifier"],)),
        Fact(say(_("Entry in the log (SHA-256)")), (document["lotse:leafHash"],)),
        Fact(say(_("Signature (Ed25519)")), (proof["proofValue"],)),
        Fact(say(_("Key of the signature")), (proof["verificationMethod"].partition("#")[0],)),
    ]
    if receipt.text_hashes:
        marks.append(Fact(say(_("Texts that you were shown (SHA-256)")), tuple(receipt.text_hashes)))
    values = {
        "title": say(_("Receipt")),
        "language": wording.language,
        "direction": wording.direction,
        "easy": wording.is_easy,
        "reference": receipt.act.receipt_id,
        "said": {
            "page": say(_("Page {number} of {count}")),
            "about": say(_("About")),
            "says": say(_("What the receipt says")),
            "check": say(_("How to check it")),
            "attachment": say(_("The receipt in signed form")),
        },
        "facts": [(fact.label, [asdict(written(value)) for value in fact.values]) for fact in facts(receipt, wording)],
        "sentences": [
            *([] if receipt.act.recipient else [say(_NOBODY_NAMED)]),
            say(_("You can take back at any time what you permitted. You need no reason.")),
        ],
        "checking": [say(_CHECK_THE_FILE), say(_CHECK_THE_PAPER)],
        "marks": [(mark.label, list(mark.values)) for mark in marks],
        "signed": signed,
    }
    return pdf("receipt.typ", values, datetime.fromisoformat(document["dct:created"]))


def _categories(values: Iterable[str], wording: Wording) -> tuple[str, ...]:
    return tuple(wording.word(value, "category") for value in values)


def _yes_or_no(value: bool, wording: Wording) -> str:  # noqa: FBT001 - the answer itself
    return wording.say(_("Yes")) if value else wording.say(_("No"))
