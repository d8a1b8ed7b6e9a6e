"""CaseService: an agency's own cases and what its people wrote in them."""

from uuid import UUID, uuid4

from lotse.referrals.v1 import case_pb2, case_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.errors import NotFound, RepeatKeyReused, StaleEtag
from services.common.identifiers import uuid7
from services.common.protobuf.enums import enum_text
from services.referrals.convert import category_word, from_case, from_page_edge, from_section, invalid, page_token
from services.referrals.encryption.envelope import ItemName, encrypt
from services.referrals.encryption.keyring import Holding
from services.referrals.model import Case, SectionVersion
from services.referrals.rules import labels_of, unknown_fields
from services.referrals.servicer.desk import Content, Context, Desk, member, own_case, scope
from services.referrals.store import cases
from services.referrals.store.referrals import NEWEST_PAGE

_PAGE = 50


class CaseServicer(case_pb2_grpc.CaseServiceServicer):
    """Works while consent is away: what the own people wrote needs no consent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def CreateCase(self, request: case_pb2.CreateCaseRequest, context: Context) -> case_pb2.CreateCaseResponse:
        """Opens a case for whoever asks; a repeat answers the case of then."""
        who, agency_id = member()
        request_id = UUID(request.request_id)
        new = Case(uuid7(), agency_id, request.handle, request.in_danger, self._desk.clock.now())
        async with self._desk.database.transaction(scope(who)) as tx:
            case = await cases.insert(tx, new, who.person, request_id)
            case = case or await cases.by_request(tx, agency_id, request_id, who.person)
        if case is None:
            raise RepeatKeyReused
        return case_pb2.CreateCaseResponse(case=from_case(case, []))

    async def GetCase(self, request: case_pb2.GetCaseRequest, context: Context) -> case_pb2.GetCaseResponse:
        """The case with the newest version of each section."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            case = await own_case(tx, UUID(request.case_id), who, agency_id)
            sections = await cases.newest_sections(tx, case.case_id, agency_id)
        return case_pb2.GetCaseResponse(case=from_case(case, sections))

    async def ListCases(self, request: case_pb2.ListCasesRequest, context: Context) -> case_pb2.ListCasesResponse:
        """The person's cases, newest first."""
        who, agency_id = member()
        size, before = request.page_size or _PAGE, NEWEST_PAGE
        if request.page_token:
            before = from_page_edge(request.page_token)
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            found = await cases.list_assigned(tx, agency_id, who.person, before, size + 1)
        page = found[:size]
        more = page_token(page[-1].created_at, page[-1].case_id) if len(found) > size else ""
        return case_pb2.ListCasesResponse(cases=[from_case(case, []) for case in page], next_page_token=more)

    async def WriteSection(
        self, request: case_pb2.WriteSectionRequest, context: Context
    ) -> case_pb2.WriteSectionResponse:
        """A new version. Keys first, then content, so that no content is ever without its key."""
        who, agency_id = member()
        case_id, category = UUID(request.case_id), category_word(request.category)
        if unknown := unknown_fields(category, request.content.fields):
            raise invalid("content.fields", f"{len(unknown)} of them are not fields of this section")
        request_id = UUID(request.request_id)
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            await own_case(tx, case_id, who, agency_id)
            newest = await cases.newest_section(tx, case_id, category)
            # Second, so that what a repeat at the same time wrote is never taken for somebody else's newer version.
            done = await cases.section_by_request(tx, case_id, request_id)
        if done is not None:
            if done.category != category:
                raise RepeatKeyReused
            return case_pb2.WriteSectionResponse(section=from_section(done))
        if request.base_version != (newest.version if newest else 0):
            raise StaleEtag(metadata={"version": str(newest.version if newest else 0)})
        labels = labels_of(category, (enum_text(vocabulary_pb2.SensitivityLabel, label) for label in request.labels))
        item_id = newest.item_id if newest else uuid4()
        new = SectionVersion(
            case_id,
            item_id,
            request.base_version + 1,
            category,
            labels,
            agency_id,
            self._desk.clock.now(),
            request.entrusted_by_another,
        )
        content = Content(dict(request.content.fields), request.content.note)
        data_key = await self._desk.keyring.make(Holding(item_id, new.version, agency_id, case_id))
        sealed = encrypt(data_key, content.plain(), ItemName(case_id, item_id, new.version, category))
        async with self._desk.database.transaction(scope(who)) as tx:
            await own_case(tx, case_id, who, agency_id)
            written = await cases.insert_section(tx, new, sealed, who.person, request_id)
            written = written or await cases.section_by_request(tx, case_id, request_id)
        if written is None:
            raise StaleEtag
        return case_pb2.WriteSectionResponse(section=from_section(written))

    async def ReadOwnSection(
        self, request: case_pb2.ReadOwnSectionRequest, context: Context
    ) -> case_pb2.ReadOwnSectionResponse:
        """What the own agency wrote; leaves a trace in its own read log."""
        who, agency_id = member()
        case_id, category = UUID(request.case_id), category_word(request.category)
        async with self._desk.database.transaction(scope(who)) as tx:
            await own_case(tx, case_id, who, agency_id)
            found = await cases.own_section(tx, case_id, category, agency_id, request.version)
            if found is None:
                raise NotFound
            section, sealed = found
            await cases.insert_own_read(tx, section, who.person)
        plain = await self._desk.open_item(
            Holding(section.item_id, section.version, agency_id, case_id),
            ItemName(case_id, section.item_id, section.version, category),
            sealed,
        )
        content = Content.of(plain)
        return case_pb2.ReadOwnSectionResponse(
            section=from_section(section),
            content=case_pb2.SectionContent(fields=content.fields, note=content.note),
        )
