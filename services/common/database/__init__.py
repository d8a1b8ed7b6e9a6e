"""Access to PostgreSQL: pools with the principal's scope, named statements, migrations, roles and schema dumps."""

from services.common.database.pools import Database, Lock
from services.common.database.queries import Queries, queries_beside, without_absent
from services.common.database.scope import SERVICE_SCOPE, Scope
from services.common.database.target import Connection, DatabaseSettings, DatabaseTarget, Record

__all__ = [
    "SERVICE_SCOPE",
    "Connection",
    "Database",
    "DatabaseSettings",
    "DatabaseTarget",
    "Lock",
    "Queries",
    "Record",
    "Scope",
    "queries_beside",
    "without_absent",
]
