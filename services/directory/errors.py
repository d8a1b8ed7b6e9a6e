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
