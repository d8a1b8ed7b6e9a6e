"""Agencies, services and regimes from model to proto."""

from __future__ import annotations

from datetime import datetime

from lotse.directory.v1 import agency_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.protobuf.enums import enum_value
from services.common.protobuf.times import to_timestamp
from services.directory.convert.search import write_capacity, write_point, write_words
from services.directory.model.agency import Agency, AgencyService, RegimeRow, ServiceArea
from services.directory.public_holidays import holidays_of
from services.directory.rules.freshness import is_unconfirmed
from services.directory.rules.gazetteer import STATE_NAMES
from services.directory.rules.openings import compile_schedule, say_next_opening, say_opening
from services.directory.rules.wording import say_exclusions

READER = "de"
"""Language of words about services; the caller's language is not part of these requests."""


def write_agency(agency: Agency, now: datetime) -> agency_pb2.Agency:
    """The agency; of a protected location the Land is all there is."""
    return agency_pb2.Agency(
        agency_id=str(agency.id),
        name=agency.name,
        parent_id=str(agency.parent_id) if agency.parent_id else "",
        parent_name=agency.parent_name,
        description=agency.description,
        accepts_handover=agency.accepts_handover,
        regime=enum_value(vocabulary_pb2.Regime, agency.regime),
        website=agency.website,
        phones=agency.phones,
        address=STATE_NAMES.get(agency.state, "") if agency.protected else agency.address,
        protected_location=agency.protected,
        confirmed_at=to_timestamp(agency.confirmed_at),
        state=agency.state,
        source=agency.source,
        source_id=agency.source_id,
        point=write_point(agency.point),
        confirmations=[
            agency_pb2.GroupConfirmation(
                field_group=one.field_group,
                confirmed_at=to_timestamp(one.confirmed_at),
                confirmed_how=one.confirmed_how,
            )
            for one in agency.confirmations
        ],
        is_unconfirmed=is_unconfirmed(agency.confirmed_at, now),
        handover_kinds=write_words(vocabulary_pb2.ReferralKind, agency.handover_kinds),
        accessibility=agency.accessibility,
    )


def write_service(service: AgencyService, now: datetime) -> agency_pb2.AgencyServiceEntry:
    """The service with hours and areas in words."""
    openings = [opening for schedule in service.schedules for opening in compile_schedule(schedule)]
    return agency_pb2.AgencyServiceEntry(
        service_id=str(service.id),
        agency_id=str(service.agency_id),
        name=service.name,
        description=service.description,
        topics=service.topics,
        languages=service.languages,
        schedules=_say_hours(service, ""),
        service_areas=[_say_area(area) for area in service.areas],
        capacity=write_capacity(service.capacity_state, service.capacity_said_at, service.capacity_expires_at),
        eligibility=service.eligibility,
        fees=service.fees,
        interpretation=service.interpretation,
        next_opening=say_next_opening(openings, now, READER, holidays_of(service.state, READER)),
        audiences=write_words(vocabulary_pb2.Audience, service.audiences),
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        exclusions=say_exclusions(service.exclusions, service.exclusions_description, READER),
        ways_in=[
            agency_pb2.WayInEntry(
                way=enum_value(vocabulary_pb2.WayIn, one.way), schedules=_say_hours(service, one.way), note=one.note
            )
            for one in service.ways_in
        ],
        interpretation_kinds=write_words(vocabulary_pb2.Interpretation, service.interpretation_kinds),
        spoken_languages=[agency_pb2.SpokenLanguage(code=code, level=level) for code, level in service.spoken],
        required_documents=service.required_documents,
        application=service.application,
        website=service.website,
        alert=service.alert,
    )


def write_regime(row: RegimeRow) -> agency_pb2.RegimeRow:
    """The row with days as YYYY-MM-DD."""
    return agency_pb2.RegimeRow(
        agency_id=str(row.agency_id),
        regime=enum_value(vocabulary_pb2.Regime, row.regime),
        overlays=[enum_value(vocabulary_pb2.RegimeOverlay, overlay) for overlay in row.overlays],
        valid_from=row.valid_from.isoformat(),
        valid_until=row.valid_until.isoformat() if row.valid_until else "",
    )


def _say_hours(service: AgencyService, way: str) -> list[str]:
    """The hours of a way in, or those of none; what cannot be told as days says its own words."""
    found = []
    for schedule in service.schedules:
        if schedule.way == way:
            said = [say_opening(opening, READER) for opening in compile_schedule(schedule)]
            found += said or ([schedule.text] if schedule.text else [])
    return list(dict.fromkeys(found))


def _say_area(area: ServiceArea) -> str:
    if area.postcode_from is not None:
        low, high = f"{area.postcode_from:05d}", f"{area.postcode_to:05d}"
        return low if low == high else f"{low} bis {high}"
    return area.district or STATE_NAMES.get(area.state, "") or area.name
