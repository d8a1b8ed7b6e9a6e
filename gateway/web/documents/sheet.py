"""The sheet on which a client decides by hand: the very texts of the screen, boxes, and lines to sign."""

from dataclasses import asdict, dataclass
from datetime import datetime

from gateway.web.documents.typesetting import pdf
from gateway.web.documents.wording import Wording, written
from gateway.web.translations import marked as _

_WAY_BACK, _RELEASE = "way-back", "secrecy-release"
_WAYS_BACK = ("nothing", "arrival", "outcome")


@dataclass(frozen=True, slots=True)
class SheetText:
    """A text as it stands on the screen; the hash is that of its version, in hexadecimal digits."""

    subject: str
    title: str
    body: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. An agency may be ""; `reference` leads from the paper to the question and says nothing else."""

    wording: Wording
    texts: tuple[SheetText, ...]
    categories: tuple[tuple[str, tuple[str, ...]], ...]
    """Each with its sensitivity labels."""
    discloser: str
    recipient: str
    reference: str
    demo: bool
    reviewed: bool
    participants: tuple[str, ...] = ()
    """Names of all agencies of a case conference."""


def sheet(asked: Question, at: datetime) -> bytes:
    """The sheet as a PDF. Nothing is ticked, and no and later look like yes; the release from secrecy stands by itself.

    Raises ValueError without the texts on the way back and on the release: nobody is to agree to what she was not told.
    """
    by_subject = {text.subject: text for text in asked.texts}
    if len(asked.texts) < 3 or not {_WAY_BACK, _RELEASE} <= by_subject.keys():
        raise ValueError("a sheet needs the texts for the purpose, the way back and the release from secrecy")
    wording, say = asked.wording, asked.wording.say
    first = [text for text in asked.texts if text.subject not in {_WAY_BACK, _RELEASE}]
    values = {
        "title": first[0].title.strip(),
        "language": wording.language,
        "direction": wording.direction,
        "easy": wording.is_easy,
        "reference": asked.reference,
        "said": _said(wording),
        "warnings": _warnings(asked),
        "sides": _sides(asked),
        "texts": [_shown(text) for text in first],
        "categories": [
            {
                "question": wording.word(category, "category"),
                "notes": [
                    wording.word(category, "category_hint"),
                    *([wording.words(labels, "label")] if labels else []),
                ],
            }
            for category, labels in sorted(asked.categories, key=lambda each: each[0] != "cover-sheet")
        ],
        "way-back": _shown(by_subject[_WAY_BACK]),
        "ways-back": [*(wording.word(way, "way_back") for way in _WAYS_BACK), say(_("Decide later"))],
        "release": _shown(by_subject[_RELEASE]),
        "releases": [
            {"question": say(_("May we tell them what you said yes to?")), "notes": []},
            {"question": say(_("May they tell us what you chose for the way back?")), "notes": []},
        ],
    }
    return pdf("sheet.typ", values, at)


def _said(wording: Wording) -> dict[str, str | list[str]]:
    say = wording.say
    return {
        "page": say(_("Page {number} of {count}")),
        "pass-on": say(_("What may we pass on?")),
        "how-to-tick": say(_("Tick one box in each line. What you do not tick is not passed on.")),
        "topic": say(_("About")),
        "question": say(_("Question")),
        "answer": say(_("Your answer")),
        "answers": [say(_("Yes")), say(_("No")), say(_("Decide later"))],
        "way-back": say(_("What may we hear back?")),
        "same-help": say(_("Whatever you answer, you get the same help as before.")),
        "signatures": say(_("Signatures")),
        "hers": say(_("Who decides")),
        "interpreter": say(_("Interpreter, if one was there")),
        "witness": say(_("Witness, if one was there")),
        "stands": [say(_("by profession")), say(_("as a volunteer")), say(_("of the family"))],
        "name": say(_("Name")),
        "place": say(_("Place, day")),
        "signature": say(_("Signature")),
        "versions": say(_("By the number under each text anybody can check that it is the text of the screen.")),
    }


def _warnings(asked: Question) -> list[str]:
    say = asked.wording.say
    return [
        *([say(_("Demonstration: not for real people"))] if asked.demo else []),
        *([] if asked.reviewed else [say(_("Not reviewed yet: read it together with your interpreter"))]),
    ]


def _sides(asked: Question) -> list[tuple[str, list[dict[str, str]]]]:
    say = asked.wording.say
    sides = (
        (_("Who asks you"), (asked.discloser,)),
        (_("Who would get it"), (asked.recipient,)),
        (_("Who takes part, and sees this list"), asked.participants),
    )
    return [(say(label), [asdict(written(name)) for name in names if name]) for label, names in sides if any(names)]


def _shown(text: SheetText) -> dict[str, str | list[list[str]]]:
    """Paragraphs and lines as on the page."""
    paragraphs = [paragraph.strip().split("\n") for paragraph in text.body.strip().split("\n\n")]
    lines = [[line.strip() for line in paragraph if line.strip()] for paragraph in paragraphs]
    body = [paragraph for paragraph in lines if paragraph]
    return {"title": text.title.strip(), "body": body, "hash": text.content_hash}
