"""Agencies, services and regimes from model to proto."""

from __future__ import annotations

from datetime import datetime

from lotse.directory.v1 import agency_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.protobuf.enums import enum_value
from services.common.protobuf.times import to_timestamp
from services.directory.convert.search import write_capacity
from services.directory.model.agency import Agency, AgencyService, RegimeRow, ServiceArea
from services.directory.rules.gazetteer import STATE_NAMES
from services.directory.rules.openings import say_next_opening, say_opening

READER = "de"
"""Language of words about services; the caller's language is not part of these requests."""


def write_agency(agency: Agency) -> agency_pb2.Agency:
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
    )


def write_service(service: AgencyService, now: datetime) -> agency_pb2.AgencyServiceEntry:
    """The service with hours and areas in words."""
    return agency_pb2.AgencyServiceEntry(
        service_id=str(service.id),
        agency_id=str(service.agency_id),
        name=service.name,
        description=service.description,
        topics=service.topics,
        languages=service.languages,
        schedules=[words for text in service.openings if (words := say_opening(text, READER))],
        service_areas=[_say_area(area) for area in service.areas],
        capacity=write_capacity(service.capacity_state, service.capacity_said_at, service.capacity_expires_at),
        eligibility=service.eligibility,
        fees=service.fees,
        interpretation=service.interpretation,
        next_opening=say_next_opening(service.openings, now, READER),
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


def _say_area(area: ServiceArea) -> str:
    if area.postcode_from is not None:
        low, high = f"{area.postcode_from:05d}", f"{area.postcode_to:05d}"
        return low if low == high else f"{low} bis {high}"
    return area.district or STATE_NAMES.get(area.state, "") or area.name
