"""Names of agencies, from the directory."""

from collections.abc import Iterable

from lotse.directory.v1 import agency_pb2

from gateway.clients import Clients
from services.common.errors import Code, LotseError

_AWAY = {Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED}
_SECONDS = 2.0


async def names_if_there(having: Clients, agency_ids: Iterable[str]) -> dict[str, str]:
    """Like `names_of`, but without names while the directory is away: neither list nor withdrawal waits for them."""
    ids = list(agency_ids)
    try:
        return await names_of(having, ids, seconds=_SECONDS)
    except LotseError as error:
        if error.code not in _AWAY:
            raise
        return dict.fromkeys(["", *ids], "")


async def names_of(having: Clients, agency_ids: Iterable[str], *, seconds: float | None = None) -> dict[str, str]:
    """Name by id; "" for one that is not known or was not told."""
    wanted = sorted({agency_id for agency_id in agency_ids if agency_id})
    names = dict.fromkeys(["", *wanted], "")
    if wanted:
        request = agency_pb2.BatchGetAgenciesRequest(agency_ids=wanted)
        found = await having.agencies.BatchGetAgencies(request, timeout=seconds)
        names |= {agency.agency_id: agency.name for agency in found.agencies}
    return names
