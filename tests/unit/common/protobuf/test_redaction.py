"""What may be logged of a message is said by the descriptor of each field."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from lotse.consent.v1 import client_pb2, text_pb2
from lotse.directory.v1 import import_pb2, search_pb2
from lotse.options.v1 import access_pb2
from lotse.referrals.v1 import case_pb2

from services.common.protobuf.redaction import REDACTED, loggable

PROTOS = Path(__file__).parents[4] / "protos"
PLANTED = "Beispielname"


def personal_fields() -> list[tuple[Descriptor, FieldDescriptor]]:
    names = sorted(path.relative_to(PROTOS) for path in (PROTOS / "lotse").rglob("*.proto"))
    modules = [import_module(".".join([*name.parts[:-1], f"{name.stem}_pb2"])) for name in names]
    return [
        (message, field)
        for module in modules
        for message in module.DESCRIPTOR.message_types_by_name.values()
        for field in message.fields
        if field.GetOptions().Extensions[access_pb2.personal_data]
    ]


@pytest.mark.parametrize(("message", "field"), [pytest.param(*one, id=one[1].full_name) for one in personal_fields()])
def test_a_field_with_personal_data_is_seen_to_be_there_and_no_more(
    message: Descriptor, field: FieldDescriptor
) -> None:
    filled: Any = GetMessageClass(message)()
    value: Any = PLANTED.encode() if field.type == FieldDescriptor.TYPE_BYTES else PLANTED
    if field.message_type is not None:
        value = {"name": PLANTED}
        getattr(filled, field.name).update(value)
    else:
        setattr(filled, field.name, value)
    assert loggable(filled) == {field.name: REDACTED}


def test_other_fields_stay_as_they_are() -> None:
    page = case_pb2.ListCasesRequest(page_size=20, page_token="t")
    assert loggable(page) == {"page_size": 20, "page_token": "t"}


def test_messages_inside_are_redacted_too_in_lists_and_maps() -> None:
    cases = case_pb2.ListCasesResponse(cases=[case_pb2.Case(case_id="1", handle=PLANTED)])
    assert loggable(cases) == {"cases": [{"case_id": "1", "handle": REDACTED}]}
    topic = search_pb2.Topic(synonyms={"de": search_pb2.WordList(words=["Schulden"])}, labels={"de": "Schulden"})
    assert loggable(topic) == {"labels": {"de": "Schulden"}, "synonyms": {"de": {"words": ["Schulden"]}}}


def test_bytes_are_only_counted() -> None:
    chunk = import_pb2.ImportChunk(file="a.csv", content=PLANTED.encode())
    assert loggable(chunk) == {"file": "a.csv", "content": "12 bytes"}
    assert loggable(text_pb2.PublicKey(key=b"123")) == {"key": "3 bytes"}


def test_a_secret_is_no_exception() -> None:
    assert PLANTED not in str(loggable(client_pb2.RedeemRequest(request_id="r", secret=PLANTED)))
