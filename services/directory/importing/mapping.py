"""The mapping file of a CSV import: which columns become which rows.

A mapping is TOML. Each `[[file]]` names a CSV file, its delimiter, encoding and required columns; each `[[file.row]]`
in it makes one row of a table from every line:

- `table`, and `key`: the row's id in its source, with columns in braces, for instance "{id}/{postcode_from}";
- `fields`: a field from a column "[column]", or a constant;
- `references`: keys of other rows, written like `key`;
- `when`: only where this column is not empty;
- `each` and `split`: one row per part of this column; the part is `item` in braces or brackets;
- `once`: lines that make the same key again are the same row, not a repeat;
- `map`: for a field, the name of a `[map.NAME]` table that translates values.

`[map.NAME]` tables translate a value; "" is used for values that it does not name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.directory.importing.tables import TABLES
from services.directory.model.imports import FileFault, Finding

NAME_IN_BRACES = re.compile(r"\{([^{}]+)\}")
NAME_IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]")
MAPPING_FILE = "mapping"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RowMapping(_Strict):
    """How every line of a file makes a row of one table."""

    table: str
    key: str
    fields: Mapping[str, str] = {}
    references: Mapping[str, str] = {}
    when: str = ""
    each: str = ""
    split: str = ","
    once: bool = False
    map: Mapping[str, str] = {}


class FileMapping(_Strict):
    """One CSV file and the rows that it makes."""

    name: str
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8"
    required: tuple[str, ...] = ()
    row: tuple[RowMapping, ...]

    def columns(self) -> set[str]:
        """Every column that the mapping names."""
        named = set(self.required)
        for row in self.row:
            texts = [row.key, *row.references.values()]
            named |= {name for text in texts for name in NAME_IN_BRACES.findall(text)}
            named |= {name for text in row.fields.values() for name in NAME_IN_BRACKETS.findall(text)}
            named |= {name for name in (row.when, row.each) if name}
        return named - {"item"}


class Mapping_(_Strict):  # noqa: N801 - `Mapping` is taken by collections.abc
    """A whole mapping file."""

    file: tuple[FileMapping, ...]
    map: Mapping[str, Mapping[str, str]] = {}


def read_mapping(text: str) -> Mapping_:
    """The mapping, checked against the tables that exist; raises FileFault with the place of the mistake."""
    try:
        mapping = Mapping_.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _fault("", f"The mapping is no TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _fault(place, f"The mapping is wrong here: {first['msg']}.") from None
    for file in mapping.file:
        for row in file.row:
            table = TABLES.get(row.table)
            if table is None:
                raise _fault(row.table, "There is no such table.")
            # A schedule's hours may come as one column; the reader parts them.
            unknown = set(row.fields) - set(table.fields) - ({"hours"} if row.table == "schedule" else set())
            unknown |= set(row.references) - set(table.references)
            unknown |= set(row.map) - set(row.fields)
            if unknown:
                raise _fault(f"{row.table}.{min(unknown)}", "The table has no such field.")
            missing = set(row.map.values()) - set(mapping.map)
            if missing:
                raise _fault(f"map.{min(missing)}", "There is no such map.")
    return mapping


def _fault(field: str, reason: str) -> FileFault:
    return FileFault(Finding(MAPPING_FILE, 1, field, "", reason, "See services/directory/README.md, mapping files."))
