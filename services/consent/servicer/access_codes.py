"""Making access codes: for a question, for its answer on the agency's tablet, and to confirm what was said aloud."""

from datetime import datetime
from uuid import UUID

from services.common.database import Connection
from services.consent.model.request import ConsentRequest
from services.consent.rules.codes import Digests, SecretKind, TypedSecret, new_secret
from services.consent.store import credentials

_MOST_NAMES_TRIED = 50


async def new_code(
    tx: Connection,
    digests: Digests,
    asked: ConsentRequest,
    *,
    at: datetime,
    ends_at: datetime,
    on_tablet_of: UUID | None = None,
) -> TypedSecret:
    """A code that opens this request, in place of those before.

    Twenty bits of name are not unique by chance: one that is in use is made anew.
    """
    for _ in range(_MOST_NAMES_TRIED):
        secret = new_secret(SecretKind.ACCESS_CODE)
        name = digests.name(secret)
        await credentials.set_name(tx, name)
        if not await credentials.name_is_taken(tx, name, at):
            await credentials.insert_code(
                tx,
                asked.case_id,
                asked.consent_request_id,
                name_digest=name,
                proof_digest=digests.proof(secret),
                made_at=at,
                ends_at=ends_at,
                on_tablet_of=on_tablet_of,
            )
            return secret
    raise RuntimeError("Nearly all names of access codes are in use.")
