"""Names of agencies for a client, from the directory."""

from collections.abc import Iterable

from lotse.directory.v1 import agency_pb2

from gateway.clients import Clients


async def names_of(having: Clients, agency_ids: Iterable[str]) -> dict[str, str]:
    """Name by id; "" for one that is not known or was not told."""
    wanted = sorted({agency_id for agency_id in agency_ids if agency_id})
    names = dict.fromkeys(["", *wanted], "")
    if wanted:
        found = await having.agencies.BatchGetAgencies(agency_pb2.BatchGetAgenciesRequest(agency_ids=wanted))
        names |= {agency.agency_id: agency.name for agency in found.agencies}
    return names
