"""Texts and their drafts between protos and model, for whoever answers for them, reads them out or is asked by them."""

from datetime import date
from uuid import UUID

from lotse.consent.v1 import client_pb2, request_pb2, text_draft_pb2, text_pb2

from services.consent.convert import invalid, number, stamp
from services.consent.model.draft import TextAct, TextDraft
from services.consent.model.text import Text, TextState, TextVersion


def to_text(text: text_pb2.TextVersion) -> Text:
    """The text that is to be published; a reviewer stands for it from a day on."""
    reviewed_on = to_day(text.reviewed_on, "text.reviewed_on") if text.reviewed_on else None
    if text.reviewer.strip() and reviewed_on is None:
        raise invalid("text.reviewed_on", "the day of the review")
    return Text(
        subject=text.subject,
        language=text.language,
        variety=text.variety,
        title=text.title,
        body=text.body,
        translator=text.translator,
        reviewer=text.reviewer.strip(),
        reviewed_on=reviewed_on,
        demo=text.demo,
        material=text.material if text.HasField("material") else True,
    )


def to_day(written: str, field: str) -> date:
    """A day; InvalidArgument for one that no calendar has."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise invalid(field, "not-a-date") from None


def from_text(version: TextVersion, state: TextState | None = None) -> text_pb2.TextVersion:
    """A published version as proto; with what it is good for where that was looked up."""
    text = version.text
    return text_pb2.TextVersion(
        text_version_id=str(version.text_version_id),
        subject=text.subject,
        language=text.language,
        variety=text.variety,
        title=text.title,
        body=text.body,
        translator=text.translator,
        reviewer=text.reviewer,
        reviewed_on=text.reviewed_on.isoformat() if text.reviewed_on else "",
        demo=text.demo,
        content_hash=version.content_hash.hex(),
        published_at=stamp(version.published_at),
        retired_at=stamp(version.retired_at),
        material=text.material,
        html_hash=version.html_hash.hex() if version.html_hash else "",
        state=number(text_pb2.TextState, state) if state else text_pb2.TEXT_STATE_UNSPECIFIED,
        recording_type=version.recording_type,
    )


def from_text_draft(draft: TextDraft, *, written_by_caller: bool, may_be_published: bool) -> text_draft_pb2.TextDraft:
    """A draft as one who acts on texts sees it."""
    text, signature = draft.newest.text, draft.signature
    return text_draft_pb2.TextDraft(
        draft_id=str(draft.newest.draft_id),
        revision=draft.newest.revision,
        text=text_pb2.TextVersion(
            subject=text.subject,
            language=text.language,
            variety=text.variety,
            title=text.title,
            body=text.body,
            translator=text.translator,
            reviewer=signature.reviewer if signature else "",
            reviewed_on=signature.reviewed_on.isoformat() if signature and signature.reviewed_on else "",
            content_hash=draft.newest.content_hash.hex(),
            material=text.material,
        ),
        written_at=stamp(draft.written_at),
        signed_at=stamp(signature.at if signature else None),
        state=number(text_draft_pb2.TextDraftState, draft.state),
        written_by_caller=written_by_caller,
        may_be_published=may_be_published,
    )


def from_text_act(act: TextAct, *, caller: UUID) -> text_draft_pb2.TextAct:
    """An act as one who acts on texts sees it."""
    return text_draft_pb2.TextAct(
        at=stamp(act.at),
        act=act.act,
        revision=act.revision or 0,
        role=act.hand.role,
        by_caller=act.hand.person_id == caller,
        reviewer=act.reviewer,
        reviewed_on=act.reviewed_on.isoformat() if act.reviewed_on else "",
        content_hash=act.content_hash.hex(),
        person_id=str(act.hand.person_id),
    )


def from_shown(version: TextVersion) -> client_pb2.ShownText:
    """A version as she sees it."""
    text = version.text
    return client_pb2.ShownText(
        text_version_id=str(version.text_version_id),
        subject=text.subject,
        language=text.language,
        variety=text.variety,
        title=text.title,
        body=text.body,
        content_hash=version.content_hash.hex(),
        demo=text.demo,
        reviewed=bool(text.reviewer),
        recording_type=version.recording_type,
    )


def from_request_text(version: TextVersion) -> request_pb2.RequestText:
    """A version for whoever reads it out or prints it."""
    text = version.text
    return request_pb2.RequestText(
        subject=text.subject,
        language=text.language,
        title=text.title,
        body=text.body,
        content_hash=version.content_hash.hex(),
        demo=text.demo,
        variety=text.variety,
        reviewed=bool(text.reviewer),
    )
