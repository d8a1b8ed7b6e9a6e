"""The same services and questions in PostgreSQL's German full text and in a BM25 index; neither knows topics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import tantivy

from benchmarks.relevance.entries import SQL, Listed
from services.common.database import Connection

HITS = 10
_WORD = re.compile(r"\w+")


class FullText:
    """PostgreSQL with the configuration `german`: any of the words, best rank first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fill(self, listed: Sequence[Listed]) -> None:
        """Index all services; they go with the connection."""
        await self._connection.execute(SQL.make_full_text)
        await self._connection.executemany(SQL.insert_full_text, [(one.entry.service_id, one.text) for one in listed])
        await self._connection.execute(SQL.index_full_text)

    async def ask(self, text: str) -> list[str]:
        """The first ten service ids."""
        return [row["service_id"] for row in await self._connection.fetch(SQL.ask_full_text, text)]


class Bm25:
    """tantivy with its German stemmer: any of the words, best BM25 first."""

    def __init__(self, listed: Sequence[Listed]) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("service_id", stored=True, tokenizer_name="raw")
        schema.add_text_field("text", tokenizer_name="german")
        self._index: Any = tantivy.Index(schema.build())
        german = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        german = german.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("german"))
        self._index.register_tokenizer("german", german.build())
        writer = self._index.writer()
        for one in listed:
            writer.add_document(tantivy.Document(service_id=one.entry.service_id, text=one.text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher: Any = self._index.searcher()

    def ask(self, text: str) -> list[str]:
        """The first ten service ids."""
        words = " ".join(_WORD.findall(text))
        if not words:
            return []
        query = self._index.parse_query(words, ["text"])
        hits = self._searcher.search(query, HITS).hits
        return [self._searcher.doc(address)["service_id"][0] for _, address in hits]
