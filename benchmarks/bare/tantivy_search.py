"""tantivy behind the same bare server: names in its German analyzer, topics, languages and grid cells as filters."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import grpc
import tantivy
from lotse.directory.v1 import search_pb2, search_pb2_grpc

from benchmarks.bare.serving import serve

if TYPE_CHECKING:
    from asyncpg.pool import Pool

QUESTIONS, INDEX = "BARE_QUESTIONS", "BARE_TANTIVY"
HITS = 20
_WORD = re.compile(r"\w+")


def schema() -> Any:
    """Fields of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("service_id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", stored=True, tokenizer_name="german")
    for name in ("topics", "languages", "cells"):
        builder.add_text_field(name, tokenizer_name="raw")
    return builder.build()


def opened(folder: str) -> Any:
    """The index in a folder, made when there is none."""
    index = tantivy.Index(schema(), path=folder)
    german = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    german = german.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("german"))
    index.register_tokenizer("german", german.build())
    return index


class TantivySearch(search_pb2_grpc.SearchServiceServicer):
    """Best BM25 first and the count; words that nothing has are looked for with one or two slips."""

    def __init__(self, questions: dict[str, dict[str, Any]], folder: str) -> None:
        self._index = opened(folder)
        self._index.reload()
        self._searcher = self._index.searcher()
        self._questions = questions

    async def SearchServices(
        self, request: search_pb2.SearchServicesRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> search_pb2.SearchServicesResponse:
        """The first page."""
        asked = self._questions[f"{request.text}#{','.join(request.topics)}"]
        found = self._searcher.search(self._query(asked, 0), HITS)
        if not found.hits:
            found = self._searcher.search(self._query(asked, 1), HITS)
        if not found.hits:
            found = self._searcher.search(self._query(asked, 2), HITS)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        return search_pb2.SearchServicesResponse(
            total=found.count or 0,
            hits=[search_pb2.Hit(service_id=doc["service_id"][0], service_name=doc["text"][0]) for doc in documents],
        )

    def _query(self, asked: dict[str, Any], slips: int) -> Any:
        must = []
        for words in asked["words"]:
            fuzzy = {"text": (False, slips, True)} if slips else {}
            plain = " ".join(_WORD.findall(words))
            must.append(self._index.parse_query(plain, ["text"], fuzzy_fields=fuzzy, conjunction_by_default=True))
        groups = [*asked["concepts"], *([asked["topics"]] if asked["topics"] else [])]
        must += [self._any("topics", topics) for topics in groups]
        must += [self._any("languages", [code]) for code in asked["languages"]]
        if asked["cells"]:
            must.append(self._any("cells", [str(cell) for cell in asked["cells"]]))
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in must])

    def _any(self, field: str, values: list[str]) -> Any:
        return tantivy.Query.term_set_query(self._index.schema, field, values)


def _add(_: Pool[asyncpg.Record], server: grpc.aio.Server) -> None:
    questions = json.loads(Path(os.environ[QUESTIONS]).read_text())
    search_pb2_grpc.add_SearchServiceServicer_to_server(TantivySearch(questions, os.environ[INDEX]), server)


if __name__ == "__main__":
    serve(_add)
