"""The rules that a field can break, in the reader's language.

Inside the gateway a broken rule is a word, with a bound where it has one: `too-long:60`. What a service says about a
field comes as a sentence and is passed on as it is.
"""

from collections.abc import Mapping
from typing import Any

from gateway.languages import texts_of

NOT_IN_VOCABULARY = "not-in-vocabulary"
_INVALID = "invalid"
OF_PAGES = frozenset(
    {"code-not-accepted", "too-many-tries", "number-not-accepted", "names-locked", "handover-not-accepted",
     "section-not-written", "not-earlier", "nothing-chosen", "over-already", "no-such-number", "in-the-future"}
)  # fmt: skip
"""What a service refuses and a page says at the field that it is about."""

OF_ENTRIES = frozenset(
    {"agency-stays", "changed-since", "ends-before-it-begins", "for-and-not-for", "no-amount", "no-district",
     "no-email", "no-language", "no-postcode", "no-state", "no-topic", "no-web-address", "not-a-date",
     "not-a-time-of-day", "not-days", "not-kept", "not-of-this-entry", "one-area-a-row", "only-monthly", "own-agency",
     "only-with-waiting-list", "protected-place", "protected-stays", "repeated", "said-service-by-service"}
)  # fmt: skip
"""What the directory finds wrong with an entry, as words like those of the gateway itself."""

OF_SCANS = frozenset({"active-content", "not-a-scan", "scan-too-large"})
"""What referrals finds wrong with the scan of a paper."""

OF_RECORDINGS = frozenset({"not-a-recording", "recording-too-large"})
"""What consent finds wrong with the recording of a text."""

OF_CODES = frozenset({"no-such-character", "neither-code-nor-pass"})
"""What consent finds wrong with something typed that can be neither code nor pass."""

_OF_PYDANTIC: dict[str, tuple[str, str]] = {
    "missing": ("missing", ""),
    "json_invalid": ("not-json", ""),
    "extra_forbidden": ("unknown-field", ""),
    "string_type": ("not-text", ""),
    "string_too_short": ("too-short", "min_length"),
    "string_too_long": ("too-long", "max_length"),
    "string_pattern_mismatch": ("wrong-form", ""),
    "bool_type": ("not-yes-or-no", ""),
    "int_type": ("not-a-number", ""),
    "int_parsing": ("not-a-number", ""),
    "list_type": ("not-a-list", ""),
    "dict_type": ("not-an-object", ""),
    "model_type": ("not-an-object", ""),
    "model_attributes_type": ("not-an-object", ""),
    "too_long": ("too-many", "max_length"),
    "too_short": ("too-few", "min_length"),
    "greater_than_equal": ("too-small", "ge"),
    "less_than_equal": ("too-large", "le"),
    "literal_error": (NOT_IN_VOCABULARY, ""),
    "timezone_aware": ("not-a-time", ""),
    "datetime_type": ("not-a-time", ""),
    "datetime_parsing": ("not-a-time", ""),
    "datetime_from_date_parsing": ("not-a-time", ""),
}


def broken_rule(fault: Mapping[str, Any]) -> str:
    """The word for a fault that pydantic found; never pydantic's own sentence, which can quote what was sent."""
    word, bound = _OF_PYDANTIC.get(fault["type"], (_INVALID, ""))
    return f"{word}:{fault['ctx'][bound]}" if bound else word


def rule_text(rule: str, language: str) -> str:
    """The sentence for a broken rule."""
    word, _, bound = rule.partition(":")
    text = rule_texts(language).get(word)
    return rule if text is None else text.replace("{bound}", bound)


def rule_texts(language: str) -> dict[str, str]:
    """All sentences of a language by word; in German where it has none."""
    return texts_of(language, "fields.toml")
