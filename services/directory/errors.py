"""Errors of the directory that a caller may see."""

from __future__ import annotations

from services.common.errors import Code, LotseError


class UnknownTopic(LotseError):
    """A topic that was given as a filter is not in lotse-themen; the violation says which."""

    reason = "UNKNOWN_TOPIC"
    code = Code.INVALID_ARGUMENT
    text = "the topic is not in the taxonomy"


class ImportOutOfOrder(LotseError):
    """An import did not begin with its header, or had a second one, or no file."""

    reason = "IMPORT_OUT_OF_ORDER"
    code = Code.INVALID_ARGUMENT
    text = "an import is one header, then the files in pieces"


class ImportTooLarge(LotseError):
    """The files of an import are larger than the settings allow; metadata names the limit in bytes."""

    reason = "IMPORT_TOO_LARGE"
    code = Code.RESOURCE_EXHAUSTED
    text = "the files of the import are too large"


class ChangedSince(LotseError):
    """A change cannot be undone, since what it did was changed again; the violations name the fields."""

    reason = "CHANGED_SINCE"
    code = Code.FAILED_PRECONDITION
    text = "changed again since; undo what came later first"


class ChangeNotKept(LotseError):
    """A change cannot be undone, since the log may not keep what was there before; the violations name the fields."""

    reason = "CHANGE_NOT_KEPT"
    code = Code.FAILED_PRECONDITION
    text = "the log does not keep what was there before"


class AlreadyAnswered(LotseError):
    """Somebody else answered the report in another way."""

    reason = "ALREADY_ANSWERED"
    code = Code.ABORTED
    text = "the report was answered meanwhile"
