"""Keeps consent's own dated copy of the agencies' regimes, so that a decision calls nobody."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import grpc
import structlog
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.database import SERVICE_SCOPE, Database, DatabaseSettings
from services.common.database.leadership import OwnConnection, lead
from services.common.errors import LotseError, Unavailable
from services.common.protobuf.enums import enum_text
from services.consent.model.consent import RegimeRow
from services.consent.store import regimes

_PERIOD: Final = timedelta(minutes=1)
_UNTIL_FIRST: Final = timedelta(seconds=1)
_PAGE: Final = 5000
_log = structlog.get_logger(__name__)


class RegimePoller:
    """Reads the directory's regimes every minute; each second while nothing was ever read."""

    def __init__(self, settings: DatabaseSettings, database: Database, directory: grpc.aio.Channel) -> None:
        self._settings = settings
        self._database = database
        self._directory = agency_pb2_grpc.RegimeServiceStub(directory)

    async def run(self) -> None:
        """Leads and polls until cancelled."""
        await lead(self._settings, "worker", "regimes", self._lead)

    async def poll(self) -> None:
        """Copies all rows once. An empty answer changes nothing: it would close every consent there is."""
        rows = [row async for row in self._rows()]
        if not rows:
            raise Unavailable
        async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
            await regimes.replace_all(tx, rows)

    async def check_ready(self) -> None:
        """Returns once there is a copy, however old; raises Unavailable before that."""
        async with self._database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            if await regimes.count(tx) == 0:
                raise Unavailable

    async def _lead(self, _: OwnConnection) -> None:
        polled = False
        while True:
            try:
                await self.poll()
                polled = True
            except LotseError as error:
                _log.warning("regimes.not_read", reason=error.reason)
            await asyncio.sleep((_PERIOD if polled else _UNTIL_FIRST).total_seconds())

    async def _rows(self) -> AsyncIterator[RegimeRow]:
        token = ""
        while True:
            page = await self._directory.ListRegimes(
                agency_pb2.ListRegimesRequest(page_size=_PAGE, page_token=token), timeout=10
            )
            for row in page.rows:
                if (regime := _row(row)) is not None:
                    yield regime
            if not page.next_page_token:
                return
            token = page.next_page_token


def _row(row: agency_pb2.RegimeRow) -> RegimeRow | None:
    """The row, or None where its law is not known to this program: then nothing is permitted under it."""
    regime = enum_text(vocabulary_pb2.Regime, row.regime)
    if regime not in {"gdpr", "kdg", "dsg-ekd"}:
        return None
    return RegimeRow(
        agency_id=UUID(row.agency_id),
        regime=regime,
        overlays=tuple(sorted(enum_text(vocabulary_pb2.RegimeOverlay, overlay) for overlay in row.overlays)),
        valid_from=date.fromisoformat(row.valid_from),
        valid_until=date.fromisoformat(row.valid_until) if row.valid_until else None,
    )
