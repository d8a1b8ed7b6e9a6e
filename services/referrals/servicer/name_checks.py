"""NameCheckService: a client names who must not read, and the coordinator there finds out who it is."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from lotse.referrals.v1 import name_check_pb2, name_check_pb2_grpc

from services.common.database import Connection, Lock, Scope
from services.common.errors import IllegalState, LotseError, NotFound, StaleEtag
from services.common.identity.context import client
from services.common.identity.principals import Client
from services.common.protobuf.times import to_timestamp
from services.referrals.convert import invalid
from services.referrals.encryption.envelope import ItemName, encrypt
from services.referrals.encryption.keyring import Holding
from services.referrals.errors import TooManyNames
from services.referrals.model import CONSENT, NameCheck, Referral, State
from services.referrals.servicer.desk import Context, Desk, member, scope
from services.referrals.store import name_checks, referrals

MOST_NAMES = 20
"""Between two agencies that nobody has looked up."""

_CATEGORY = "name-check"
_DISCLOSER = name_check_pb2.NAMED_SIDE_DISCLOSER


class NameCheckServicer(name_check_pb2_grpc.NameCheckServiceServicer):
    """The client writes and sees what became of it; the coordinator of the agency where the person works reads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def NamePersons(
        self, request: name_check_pb2.NamePersonsRequest, context: Context
    ) -> name_check_pb2.NamePersonsResponse:
        """Keys first, then names; a repeat keeps each once. What another request named in this sitting goes.

        Under the lock of sending: a name is there before a draft is sent, or the draft is none any more.
        """
        who, request_id = client(), UUID(request.request_id)
        async with self._desk.database.transaction(Scope.of(who), read_only=True) as tx:
            referral = await _referral_of(tx, who, request)
        sealed = [await self._seal(referral, request_id, index, each) for index, each in enumerate(request.persons)]
        async with self._desk.database.transaction(Scope.of(who), lock=Lock(str(referral.case_id))) as tx:
            referral = await _referral_of(tx, who, request)
            if who.consent_request is not None:
                await name_checks.take_back(tx, referral, who.consent_request, request_id)
            if not await name_checks.was_named(tx, referral.case_id, request_id):
                if await name_checks.count_open(tx, referral) + len(sealed) > MOST_NAMES:
                    raise TooManyNames(metadata={"most": str(MOST_NAMES)})
                for holding, ciphertext in sealed:
                    await name_checks.insert(
                        tx, referral, holding.item_id, holding.agency_id, ciphertext, who.consent_request, request_id
                    )
        return name_check_pb2.NamePersonsResponse()

    async def ListOwnNameChecks(
        self, request: name_check_pb2.ListOwnNameChecksRequest, context: Context
    ) -> name_check_pb2.ListOwnNameChecksResponse:
        """No name: somebody else may hold her pass. What is open holds for whatever is sent next, so it stays."""
        who = client()
        async with self._desk.database.transaction(Scope.of(who), read_only=True) as tx:
            found = await name_checks.list_of_case(tx, who.case)
        names = "see-names" in who.scopes
        return name_check_pb2.ListOwnNameChecksResponse(
            checks=[
                name_check_pb2.OwnNameCheck(
                    agency_id=str(check.agency_id) if names else "",
                    state=_state(check),
                    named_at=to_timestamp(check.named_at),
                    answered_at=to_timestamp(check.answered_at),
                )
                for check in found
            ]
        )

    async def ListNameChecks(
        self, request: name_check_pb2.ListNameChecksRequest, context: Context
    ) -> name_check_pb2.ListNameChecksResponse:
        """No name is opened for a list."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            found = await name_checks.list_of_agency(tx, agency_id)
        return name_check_pb2.ListNameChecksResponse(checks=[_shown(check) for check in found])

    async def ReadNameCheck(
        self, request: name_check_pb2.ReadNameCheckRequest, context: Context
    ) -> name_check_pb2.ReadNameCheckResponse:
        """Written down first, then opened."""
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who)) as tx:
            found = await name_checks.find(tx, UUID(request.name_check_id), agency_id)
            if found is None:
                raise NotFound
            check, sealed = found
            await name_checks.insert_read(tx, check, who.person)
        holding = Holding(check.name_check_id, 1, agency_id, check.held_for)
        plain = await self._desk.open_item(holding, _name(check.case_id, check.name_check_id), sealed)
        return name_check_pb2.ReadNameCheckResponse(check=_shown(check), name=plain.decode())

    async def AnswerNameCheck(
        self, request: name_check_pb2.AnswerNameCheckRequest, context: Context
    ) -> name_check_pb2.AnswerNameCheckResponse:
        """Consent excludes first, then the answer lets the others read; a repeat of what holds answers it as it is."""
        who, _ = member()
        check = await self._found(UUID(request.name_check_id))
        people = [UUID(person_id) for person_id in request.person_ids]
        further = [person_id for person_id in people if person_id not in check.excluded_persons]
        if further or check.answered_at is None:
            if request.etag != check.etag:
                raise StaleEtag
            if further:
                await self._exclude(check, further, request.request_id)
            async with self._desk.database.transaction(scope(who)) as tx:
                await name_checks.answer(tx, check, who.person, further)
            self._desk.showing.forget()
        elif not people and check.excluded_persons:
            # Nobody can be let in again by an agency: whom she did not want is excluded until she permits more herself.
            raise IllegalState(metadata={"state": "excluded", "possible": "further people"})
        return name_check_pb2.AnswerNameCheckResponse(check=_shown(await self._found(check.name_check_id)))

    async def _found(self, name_check_id: UUID) -> NameCheck:
        who, agency_id = member()
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            found = await name_checks.find(tx, name_check_id, agency_id)
        if found is None:
            raise NotFound
        return found[0]

    async def _exclude(self, check: NameCheck, people: Sequence[UUID], request_id: str) -> None:
        try:
            await self._desk.consent.exclude(check, people, request_id)
        except LotseError as error:
            if error.reason != "NOT_FOUND":
                raise
            # She took it back or it ran out, and the feed has not said so yet: nobody reads it.
            raise IllegalState(
                metadata={"state": "no consent in force", "possible": "nothing to exclude from"}
            ) from None

    async def _seal(
        self, referral: Referral, request_id: UUID, index: int, person: name_check_pb2.NamedPerson
    ) -> tuple[Holding, bytes]:
        of_discloser = person.side == _DISCLOSER
        agency_id = referral.discloser_id if of_discloser else referral.recipient_id
        holding = Holding(uuid5(request_id, str(index)), 1, agency_id, referral.case_id)
        data_key = await self._desk.keyring.make(holding)
        return holding, encrypt(data_key, person.name.strip().encode(), _name(referral.case_id, holding.item_id))


async def _referral_of(tx: Connection, who: Client, request: name_check_pb2.NamePersonsRequest) -> Referral:
    """The draft that she is asked about, or with a pass what was sent last between the two agencies."""
    if who.referral is not None:
        asked = await referrals.find(tx, who.referral)
        # A draft that was changed meanwhile keeps what she permits, so whom she does not want holds for it too.
        if asked is None or asked.basis != CONSENT:
            raise NotFound
        if asked.state is not State.DRAFT:
            raise IllegalState(metadata={"state": asked.state.value, "possible": "with a pass"})
        return asked
    for field in ("discloser_id", "recipient_id"):
        if not getattr(request, field):
            raise invalid(field, "the agency, when it is named with a pass")
    sent = await name_checks.newest_of_pair(tx, who.case, UUID(request.discloser_id), UUID(request.recipient_id))
    if sent is None:
        raise NotFound
    return sent


def _name(case_id: UUID, name_check_id: UUID) -> ItemName:
    return ItemName(case_id, name_check_id, 1, _CATEGORY)


def _state(check: NameCheck) -> name_check_pb2.NameCheckState.ValueType:
    if check.answered_at is None:
        return name_check_pb2.NAME_CHECK_STATE_OPEN
    if check.excluded_persons:
        return name_check_pb2.NAME_CHECK_STATE_EXCLUDED
    return name_check_pb2.NAME_CHECK_STATE_NOBODY


def _shown(check: NameCheck) -> name_check_pb2.NameCheck:
    works_here = check.agency_id == check.recipient_id and check.assigned_person_id in check.excluded_persons
    return name_check_pb2.NameCheck(
        name_check_id=str(check.name_check_id),
        referral_id=str(check.referral_id),
        state=_state(check),
        named_at=to_timestamp(check.named_at),
        answered_at=to_timestamp(check.answered_at),
        answer_by=to_timestamp(check.answer_by) if check.state is State.OFFERED else None,
        excluded_person_ids=[str(person_id) for person_id in check.excluded_persons],
        has_to_be_reassigned=works_here,
        etag=check.etag,
    )
