"""Errors of referrals that a caller may see."""

from services.common.errors import Code, LotseError


class CoverSheetNotPermitted(LotseError):
    """The client has not permitted the cover sheet, so nothing can be sent; metadata names the decision's `why`."""

    reason = "COVER_SHEET_NOT_PERMITTED"
    code = Code.FAILED_PRECONDITION
    text = "the client has not permitted the cover sheet"


class HandoverNotAccepted(LotseError):
    """The recipient does not take handovers through Lotsennetz, or is not known."""

    reason = "HANDOVER_NOT_ACCEPTED"
    code = Code.FAILED_PRECONDITION
    text = "this agency does not take handovers here"


class SectionNotWritten(LotseError):
    """The draft names a section that the dossier does not have; metadata names the `category`."""

    reason = "SECTION_NOT_WRITTEN"
    code = Code.FAILED_PRECONDITION
    text = "the dossier has no such section yet"


class DecisionTooOld(LotseError):
    """Too much time passed between the decision and the content; asking again is right."""

    reason = "DECISION_TOO_OLD"
    code = Code.UNAVAILABLE
    text = "the decision was too old to show content"


class ContentUnreadable(LotseError):
    """The key of an item is gone or does not fit."""

    reason = "CONTENT_UNREADABLE"
    code = Code.DATA_LOSS
    text = "the content cannot be read any more"


class NameCheckOpen(LotseError):
    """Before anybody of this agency reads it, its coordinator has to look; nothing says to what, or to whom."""

    reason = "NAME_CHECK_OPEN"
    code = Code.FAILED_PRECONDITION
    text = "the coordinator of this agency has to look at it before anybody reads it"


class TooManyNames(LotseError):
    """Between two agencies as many names as there can be wait to be looked up; `most` says how many."""

    reason = "TOO_MANY_NAMES"
    code = Code.FAILED_PRECONDITION
    text = "no further name can be kept between these agencies"
