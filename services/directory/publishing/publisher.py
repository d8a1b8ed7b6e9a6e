"""Answers questions for records, and streams the whole without holding more than a few pieces of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from uuid import UUID

from services.common.errors import FieldViolation, InvalidArgument
from services.directory.model.publication import Circle, Conditions, Depth, Document, Piece, RecordFilter
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.grid import cells_around
from services.directory.rules.tsquery import quote
from services.directory.rules.vocabulary import Vocabulary
from services.directory.store.publication import PublicationStore

PIECE_BYTES = 512 * 1024
"""Large enough that a message costs nothing beside what is in it, small enough that few are little memory."""


class Publisher:
    """The public directory as documents; the same question on the same data gets the same bytes."""

    def __init__(self, store: PublicationStore, vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
        self._store = store
        self._vocabulary = vocabulary
        self._gazetteer = gazetteer

    async def find(self, collection: str, id_: UUID, depth: Depth) -> Document | None:
        """One record, if it is published."""
        return await self._store.find(collection, id_, depth)

    async def list_page(
        self, collection: str, depth: Depth, wanted: RecordFilter, page: int, per_page: int
    ) -> tuple[list[Document], int]:
        """A page by id, and the total; InvalidArgument for a postcode that does not exist."""
        return await self._store.list_page(collection, depth, self._conditions(wanted), page, per_page)

    async def stream(self, collections: Sequence[str], depth: Depth, wanted: RecordFilter) -> AsyncGenerator[Piece]:
        """The pieces of all collections as they are at one moment; the next is read while one is sent. To be closed."""
        async with aclosing(self._pieces(collections, depth, self._conditions(wanted))) as pieces:
            ahead = asyncio.ensure_future(anext(pieces, None))
            try:
                while (piece := await ahead) is not None:
                    ahead = asyncio.ensure_future(anext(pieces, None))
                    yield piece
            finally:
                ahead.cancel()
                await asyncio.wait([ahead])

    async def _pieces(self, collections: Sequence[str], depth: Depth, conditions: Conditions) -> AsyncGenerator[Piece]:
        async with self._store.snapshot() as snapshot:
            for collection in collections:
                async with aclosing(snapshot.batches(collection, depth, conditions)) as batches:
                    async for piece in _cut(collection, batches):
                        yield piece

    def _conditions(self, wanted: RecordFilter) -> Conditions:
        words = " ".join(wanted.search.split())
        pattern = f"%{_literal(words.lower())}%" if words else None
        tsquery = self._tsquery(words) if words else None
        if not wanted.postcode:
            if wanted.proximity_metres:
                raise InvalidArgument(violations=[FieldViolation("proximity_metres", "needs a postcode")])
            return Conditions(wanted, tsquery, pattern)
        named = self._gazetteer.find_postcode(wanted.postcode)
        if named is None:
            raise InvalidArgument(violations=[FieldViolation("postcode", "is no postcode")])
        area, metres = named.area, wanted.proximity_metres
        cells = tuple(cells_around(area.latitude, area.longitude, metres / 1000))
        circle = Circle(area.latitude, area.longitude, float(metres), cells) if metres else None
        return Conditions(wanted, tsquery, pattern, area.districts, area.state, circle)

    def _tsquery(self, text: str) -> str:
        """All words of the text, each as the index writes it: its stem, or all parts of a compound."""
        groups = []
        for word in self._vocabulary.words(text):
            alternatives = [quote(self._vocabulary.stem(word)), f"{quote(word)}:*"]
            if parts := self._vocabulary.split(word):
                alternatives.append("(" + " & ".join(quote(self._vocabulary.stem(part)) for part in parts) + ")")
            groups.append(f"({' | '.join(alternatives)})")
        return " & ".join(groups)  # an empty query, of stop words alone, finds nothing


async def _cut(collection: str, batches: AsyncIterator[list[bytes]]) -> AsyncIterator[Piece]:
    """Lines of all documents in pieces of one size, however long a document is."""
    held, count = bytearray(), 0
    async for documents in batches:
        for document in documents:
            held += document
            held += b"\n"
            count += 1
            while len(held) >= PIECE_BYTES:
                piece = bytes(held[:PIECE_BYTES])
                del held[:PIECE_BYTES]
                ended = count if not held else count - 1
                yield Piece(collection, piece, ended)
                count -= ended
    if held:
        yield Piece(collection, bytes(held), count)


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
