"""The order of the questions."""

from dataclasses import dataclass

from gateway.api.v1.client.consent_request import ConsentRequest

CHECK = "check"
OPEN = "requested"
"""The state in which a question can be answered."""
_YES_OR_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Step:
    """One question with the answers that it takes."""

    name: str
    answers: tuple[str, ...] = _YES_OR_NO
    labels: tuple[str, ...] = ()
    is_category: bool = False
    has_text: bool = False
    text_subject: str = ""


def steps_of(asked: ConsentRequest) -> list[Step]:
    """First what may go, the cover sheet before all, then what may come back, then the two releases from secrecy."""
    by_need = sorted(asked.categories, key=lambda each: each.category != "cover-sheet")
    return [
        *(Step(each.category, labels=tuple(each.labels), is_category=True, has_text=True) for each in by_need),
        Step("way-back", ("nothing", "arrival", "outcome"), text_subject="way-back"),
        Step("release-forward", text_subject="secrecy-release"),
        Step("release-back", text_subject="secrecy-release"),
    ]
