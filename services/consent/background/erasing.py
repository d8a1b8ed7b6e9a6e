"""Erases the proof of cases whose time is over; itself written into the ledger, row by row."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from services.common.database import SERVICE_SCOPE, Database, Lock
from services.consent.rules.retention import erasable_from
from services.consent.store import erasure, requests
from services.consent.store.erasure import CaseEnd

GROUND: Final = "retention-period-over"
_PAGE: Final = 500
_ROWS_AT_ONCE: Final = 1000
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Erased:
    """What one run did: cases that are gone, rows of proof erased with them, and cases kept back for open keys."""

    cases: int = 0
    rows: int = 0
    kept_back: int = 0


class ProofEraser:
    """Works as the role eraser, the only one that may delete proof."""

    def __init__(self, database: Database, years: int) -> None:
        """Proof is kept so many years after the end of the year in which a case ended."""
        self._database = database
        self._years = years

    async def run(self) -> None:
        """Erases what is due and logs how much that was; what breaks off goes on with the next run."""
        erased = Erased()
        async for end in self.due():
            if end.keys_open:
                erased.kept_back += 1
            else:
                erased.rows += await self.erase(end.case_id)
                erased.cases += 1
        if erased.cases or erased.kept_back:
            _log.info("proof.erased", cases=erased.cases, rows=erased.rows, kept_back=erased.kept_back)

    async def due(self) -> AsyncIterator[CaseEnd]:
        """Cases whose proof has been kept long enough, in order of their ids."""
        after = UUID(int=0)
        while True:
            async with self._database.transaction(SERVICE_SCOPE, "eraser", read_only=True) as tx:
                ends, at = await erasure.list_ends(tx, after, _PAGE), await requests.legal_time(tx)
            for end in ends:
                if self._is_over(end, at):
                    yield end
            if len(ends) < _PAGE:
                return
            after = ends[-1].case_id

    async def erase(self, case_id: UUID) -> int:
        """Erases one case, first its disclosures by the thousand; gives how many rows of proof that were.

        Nothing is erased when something happened meanwhile that makes the case go on.
        """
        total = 0
        while True:
            async with self._database.transaction(SERVICE_SCOPE, "eraser", lock=Lock(str(case_id))) as tx:
                at = await requests.legal_time(tx)
                end = await erasure.end_of(tx, case_id)
                if end is None or end.keys_open or not self._is_over(end, at):
                    return total
                count = await erasure.erase_disclosures(tx, case_id, GROUND, at, _ROWS_AT_ONCE)
                total += count
                if count == 0:
                    return total + await erasure.erase_rest(tx, case_id, GROUND, at)

    def _is_over(self, end: CaseEnd, at: datetime) -> bool:
        return end.ended_at is not None and at >= erasable_from(end.ended_at, self._years)
