"""The statements by which rows of an import and of an edit become visible, composed from the columns of each table.

All parts are names of our own tables; no text of a file ever gets into a statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

SHOWN = 60
"""The most rows of one table whose differences a dry run tells."""


_NEWER = {
    ("organization", "confirmed_at"): "greatest(t.confirmed_at, n.confirmed_at)",
    ("organization", "confirmed_how"): "case when n.confirmed_at is null or t.confirmed_at >= n.confirmed_at "
    "then t.confirmed_how else n.confirmed_how end",
}
"""What an agency confirmed here stays when its source knows only of an older time."""


@dataclass(frozen=True)
class MergeStatements:
    """The statements of one table; `columns` are what imports write beside id, source, source_id and digest."""

    table: str
    columns: tuple[str, ...]
    keeps_itself: bool = True

    @cached_property
    def staged(self) -> tuple[str, ...]:
        """The columns of the staging table in the order of COPY."""
        return ("id", "source_id", "digest", *self.columns) if self.keeps_itself else self.columns

    @cached_property
    def direct(self) -> tuple[str, ...]:
        """The columns in the order of COPY for rows that are not here yet and go into the table itself."""
        return ("id", "source_id", "digest", *self.columns, "source", "changed_at")

    @cached_property
    def create(self) -> str:
        """Makes the staging table, with the types of the model."""
        return (
            f'create unlogged table staging."{self.table}" as '  # noqa: S608
            f"select {_list(self.staged)} from {self._name} with no data"
        )

    @cached_property
    def drop(self) -> str:
        """Drops the staging table."""
        return f'drop table staging."{self.table}"'

    @cached_property
    def analyze(self) -> str:
        """Counts what was staged: without it the merge is planned as if it were one row."""
        return f'analyze staging."{self.table}"'

    @cached_property
    def known(self) -> str:
        """$1 source: id, key, digest, whether it is active and whether the agency wrote it here itself."""
        return (
            "select id, source_id, digest, active, edited_at is not null as edited "  # noqa: S608
            f"from {self._name} where source = $1"
        )

    @cached_property
    def fingerprint(self) -> str:
        """$1 source: one row whose text differs when what `known` reads does, or which locations are protected."""
        protected = ", t.protected" if self.table == "location" else ""
        read = f"row(t.source_id, t.digest, t.active, t.edited_at is not null{protected})"
        return (
            f"select concat_ws(' ', {_literal(self.table)}, "  # noqa: S608
            f"count(*), bit_xor(hash_record_extended({read}, 0))) as rows from {self._name} as t where t.source = $1"
        )

    @cached_property
    def merge(self) -> str:
        """$1 source, $2 time: answers how many rows were created, changed and kept; the others stayed the same.

        A row that the agency wrote here itself keeps all but the note of what the import last brought.
        """
        if not self.keeps_itself:
            return self._renew
        mine, new = _list(self.columns, "t."), _list(self.columns, "n.")
        wanted = {column: _NEWER.get((self.table, column), f'n."{column}"') for column in self.columns}
        merged = ", ".join(wanted.values())
        assigned = ", ".join(f'"{column}" = {value}' for column, value in wanted.items())
        return f"""
            with merged as (
                merge into {self._name} as t
                using staging."{self.table}" as n on t.id = n.id
                when matched and t.edited_at is not null then update set digest = n.digest
                when matched and (not t.active or row({mine}) is distinct from row({merged})) then update set
                    active = true, digest = n.digest, changed_at = $2, {assigned}
                when matched and t.digest <> n.digest then update set digest = n.digest
                when not matched then insert (id, source, source_id, digest, changed_at, {_list(self.columns)})
                    values (n.id, $1, n.source_id, n.digest, $2, {new})
                returning merge_action() as action, t.changed_at = $2 as is_new, t.edited_at is not null as is_kept
            )
            select count(*) filter (where action = 'INSERT')::integer as created,
                   count(*) filter (where action = 'UPDATE' and is_new and not is_kept)::integer as changed,
                   count(*) filter (where is_kept)::integer as kept
            from merged
        """  # noqa: S608

    @cached_property
    def _renew(self) -> str:
        """For confirmations: an older one never replaces a newer one."""
        return f"""
            with merged as (
                insert into {self._name} as t ({_list(self.columns)})
                select {_list(self.columns)} from staging."{self.table}"
                where $1::text is not null and $2::timestamptz is not null
                on conflict (organization_id, field_group) do update
                set confirmed_at = excluded.confirmed_at, confirmed_how = excluded.confirmed_how
                where excluded.confirmed_at > t.confirmed_at
                returning old.organization_id is null as is_new
            )
            select count(*) filter (where is_new)::integer as created,
                   count(*) filter (where not is_new)::integer as changed, 0 as kept
            from merged
        """  # noqa: S608

    @cached_property
    def deactivate(self) -> str:
        """$1 ids, $2 time: answers how many rows turned inactive."""
        return f"""
            with gone as (
                update {self._name} as t set active = false, changed_at = $2
                where t.id = any($1::uuid[]) and t.active and t.edited_at is null
                returning t.id
            )
            select count(*)::integer as deactivated from gone
        """  # noqa: S608

    @cached_property
    def difference(self) -> str:
        """Before the merge: which fields of which rows would change, with old and new value.

        Values of a protected location, and of what hangs on one, are null.
        """
        mine, new = _list(self.columns, "t."), _list(self.columns, "n.")
        hidden = "false"
        if self.table == "location":
            hidden = "(t.protected or n.protected)"
        elif "location_id" in self.columns:
            hidden = "exists (select from location p where p.id in (t.location_id, n.location_id) and p.protected)"
        named = f"array [{', '.join(_literal(column) for column in self.columns)}]"
        return f"""
            select c.source_id, f.name as field, case when not c.hidden then c.before ->> f.name end as previous,
                   case when not c.hidden then c.after ->> f.name end as replacement, c.hidden
            from (
                select n.source_id, to_jsonb(t) as before, to_jsonb(n) as after, {hidden} as hidden
                from {self._name} as t
                    join staging."{self.table}" as n on n.id = t.id
                where t.edited_at is null and row({mine}) is distinct from row({new})
                order by n.source_id
                limit {SHOWN}
            ) as c
                cross join unnest({named}) with ordinality as f(name, position)
            where c.before -> f.name is distinct from c.after -> f.name
            order by c.source_id, f.position
        """  # noqa: S608

    @property
    def _name(self) -> str:
        return _public(self.table)


@dataclass(frozen=True)
class SaveStatement:
    """The statement by which an agency writes rows of one table whole; `columns` are those that imports write too."""

    table: str
    columns: tuple[str, ...]

    @cached_property
    def save(self) -> str:
        """$1 rows as JSON with these columns, id, source, source_id, active, digest, changed_at and edited_at.

        One statement for all rows of a table, so that the change log gets one entry per table and change. A row that
        an import brought keeps its source and the digest of what was brought last.
        """
        kept, written = ("id", "source", "source_id", "digest"), ("active", "changed_at", "edited_at", *self.columns)
        assigned = ", ".join(f'"{column}" = excluded."{column}"' for column in written)
        name = _public(self.table)
        return f"""
            insert into {name} ({_list((*kept, *written))})
            select {_list((*kept, *written), "d.")} from jsonb_populate_recordset(null::{name}, $1::text::jsonb) as d
            on conflict (id) do update set {assigned}
        """  # noqa: S608


def _public(table: str) -> str:
    return f'public."{table}"'


def _list(columns: Iterable[str], prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{column}"' for column in columns)


def _literal(name: str) -> str:
    if not name.replace("_", "").isalnum():
        raise ValueError("a column is called by letters, digits and _ only")
    return f"'{name}'"
