"""An agency's own cases and the sections of their dossiers."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from lotse.referrals.v1 import case_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, answer_etag, as_staff
from gateway.api.v1.schemas import (
    Answer,
    Body,
    Id,
    PlainText,
    Version,
    Word,
    category,
    moment,
    number,
    numbers,
    words,
)

router = APIRouter(prefix="/api/v1", tags=["cases"], dependencies=[Depends(as_staff)])


class NewCase(Body):
    """A case to open."""

    handle: PlainText = Field(min_length=1, max_length=60, description="The agency's own file number; no name.")
    in_danger: bool = False


class SectionVersion(Answer):
    """What is known of a section without its content."""

    category: str
    version: int
    labels: list[str]
    written_at: datetime | None
    entrusted_by_another: bool


class Case(Answer):
    """An agency's own handle for one client."""

    case_id: Id
    handle: str
    in_danger: bool
    created_at: datetime | None
    sections: list[SectionVersion]


class Cases(Answer):
    """A page of cases."""

    cases: list[Case]
    next_page_token: str


class SectionContent(Body):
    """What a section says."""

    fields: dict[PlainText, PlainText] = Field(default={}, max_length=30)
    note: PlainText = Field("", max_length=20_000)


class NewSection(SectionContent):
    """A new version of a section."""

    labels: list[Word] = Field(default=[], max_length=9)
    base_version: Version = Field(0, description="The version that was read before; 0 for the first.")
    entrusted_by_another: bool = Field(
        default=False,
        description="Another person entrusted it and has not agreed: it stays whatever the client permits.",
    )


class Section(Answer):
    """A section with its content."""

    section: SectionVersion
    fields: dict[str, str]
    note: str


@router.post("/cases", status_code=201, summary="Open a case")
async def create_case(body: NewCase, having: ClientsOf, repeat_key: RepeatKey, response: Response) -> Case:
    """Whoever opens it is assigned to it."""
    request = case_pb2.CreateCaseRequest(request_id=repeat_key, handle=body.handle, in_danger=body.in_danger)
    return _answered((await having.cases.CreateCase(request)).case, response)


@router.get("/cases", summary="The cases one is assigned to")
async def list_cases(
    having: ClientsOf,
    page_size: Annotated[int, Query(ge=0, le=200)] = 0,
    page_token: Annotated[str, Query(max_length=500)] = "",
) -> Cases:
    """Newest first."""
    found = await having.cases.ListCases(case_pb2.ListCasesRequest(page_size=page_size, page_token=page_token))
    return Cases(cases=[_case(case) for case in found.cases], next_page_token=found.next_page_token)


@router.get("/cases/{case_id}", summary="One case with the list of its sections")
async def get_case(case_id: Id, having: ClientsOf, response: Response) -> Case:
    """For those assigned; for all others it does not exist."""
    return _answered((await having.cases.GetCase(case_pb2.GetCaseRequest(case_id=case_id))).case, response)


@router.put("/cases/{case_id}/sections/{category}", summary="Write a section")
async def write_section(
    case_id: Id, category: Word, body: NewSection, having: ClientsOf, repeat_key: RepeatKey
) -> SectionVersion:
    """A new version; the ones before stay."""
    request = case_pb2.WriteSectionRequest(
        request_id=repeat_key,
        case_id=case_id,
        category=number(vocabulary_pb2.DataCategory, category, "category"),  # type: ignore[arg-type]
        content=case_pb2.SectionContent(fields=body.fields, note=body.note),
        labels=numbers(vocabulary_pb2.SensitivityLabel, body.labels, "labels"),  # type: ignore[arg-type]
        base_version=body.base_version,
        entrusted_by_another=body.entrusted_by_another,
    )
    return section_version((await having.cases.WriteSection(request)).section)


@router.get("/cases/{case_id}/sections/{category}", summary="Read a section of one's own case")
async def read_section(
    case_id: Id, category: Word, having: ClientsOf, version: Annotated[Version, Query()] = 0
) -> Section:
    """The newest version, or the one named."""
    request = case_pb2.ReadOwnSectionRequest(
        case_id=case_id,
        category=number(vocabulary_pb2.DataCategory, category, "category"),  # type: ignore[arg-type]
        version=version,
    )
    found = await having.cases.ReadOwnSection(request)
    return Section(section=section_version(found.section), fields=dict(found.content.fields), note=found.content.note)


def section_version(section: case_pb2.SectionVersion) -> SectionVersion:
    """A section without its content."""
    return SectionVersion(
        category=category(section.category),
        version=section.version,
        labels=words(vocabulary_pb2.SensitivityLabel, list(section.labels)),
        written_at=moment(section.written_at, present=section.HasField("written_at")),
        entrusted_by_another=section.entrusted_by_another,
    )


def _case(case: case_pb2.Case) -> Case:
    return Case(
        case_id=case.case_id,
        handle=case.handle,
        in_danger=case.in_danger,
        created_at=moment(case.created_at),
        sections=[section_version(section) for section in case.sections],
    )


def _answered(case: case_pb2.Case, response: Response) -> Case:
    answer_etag(response, case.etag)
    return _case(case)
