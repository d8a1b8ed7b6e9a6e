"""The service put together from its settings: what it serves, what it does without being asked, when it can work."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from lotse.consent.v1 import (
    audit_pb2_grpc,
    client_pb2_grpc,
    decision_pb2_grpc,
    exclusion_pb2_grpc,
    recording_pb2_grpc,
    request_pb2_grpc,
    statutory_pb2_grpc,
    text_draft_pb2_grpc,
    text_pb2_grpc,
)

from services.common.channel import connect
from services.common.clock import Clock
from services.common.database import Database
from services.common.errors import Unavailable
from services.common.feed import ChangeFeed
from services.common.health import Readiness
from services.common.identity.client_tokens import ClientTokenIssuer
from services.common.identity.jwks import KeyCache
from services.common.ledger import CheckpointFile, Journal, Outside, Sequencer, Standing
from services.common.server import Registration
from services.common.worker import BackgroundTasks
from services.consent.background.erasing import ProofEraser
from services.consent.background.forgetting import forget_failures
from services.consent.background.regimes import RegimePoller
from services.consent.keys import Keys
from services.consent.servicer.audit import ConsentAuditServicer
from services.consent.servicer.clients import ConsentClientServicer
from services.consent.servicer.decisions import ConsentDecisionServicer
from services.consent.servicer.excluding import ConsentExclusionServicer
from services.consent.servicer.explanations import ConsentExplanationServicer
from services.consent.servicer.keys import ConsentKeyServicer
from services.consent.servicer.recordings import ConsentRecordingServicer
from services.consent.servicer.requests import ConsentRequestServicer
from services.consent.servicer.statutory import ConsentNoticeServicer, ConsentStatutoryServicer
from services.consent.servicer.text_drafts import ConsentTextDraftServicer
from services.consent.servicer.texts import ConsentTextServicer
from services.consent.servicer.tokens import Tokens
from services.consent.settings import ConsentSettings
from services.consent.store.ledger import JOURNAL_KINDS


@dataclass(frozen=True, slots=True)
class Wiring:
    """What is served, and whether it can work."""

    registrations: tuple[Registration, ...]
    client_keys: KeyCache
    ready: Readiness


@asynccontextmanager
async def wired(settings: ConsentSettings, keys: Keys, clock: Clock) -> AsyncIterator[Wiring]:
    """The service on its database with its background work, both until the block ends."""
    directory = connect(settings.directory_target, settings, "lotse-directory")
    try:
        async with (
            await Database.open(settings, ("run", "worker")) as database,
            await Database.open(settings, ("eraser",), size=1) as eraser,
        ):
            outside = outside_of(settings, keys)
            standing = Standing(database, outside)
            served = database.gated(standing.is_open)
            feed = ChangeFeed(settings, served, role="worker")
            poller = RegimePoller(settings, database, directory)
            tasks = BackgroundTasks(settings)
            tasks.lasting("sequencer", Sequencer(settings, keys.log, outside=outside).run)
            tasks.lasting("feed", feed.listen)
            tasks.lasting("regimes", poller.run)
            tasks.every(timedelta(hours=6), "forget-failures", lambda: forget_failures(database))
            proof_eraser = ProofEraser(eraser.gated(standing.is_open), settings.proof_years)
            tasks.every(timedelta(days=1), "erase-proof", proof_eraser.run, limit=timedelta(hours=6))

            async def ready() -> None:
                """Database there and no older copy, and regimes were read once: else every read would be denied."""
                await standing.check()
                await database.check()
                await poller.check_ready()

            with suppress(Unavailable):
                await standing.check()
            async with tasks:
                yield Wiring(_registrations(settings, keys, clock, served, feed), own_keys(keys), ready)
    finally:
        await directory.close()


def own_keys(keys: Keys) -> KeyCache:
    """Consent verifies client tokens with the public half of its own key; nobody is asked."""
    known: Mapping[str, Ed25519PublicKey] = {keys.token_key_id(): keys.token.public_key()}

    async def fetch() -> Mapping[str, Any]:
        return known

    return KeyCache(fetch)


def outside_of(settings: ConsentSettings, keys: Keys) -> tuple[Outside, ...]:
    """What stands outside the database: it follows the log, and tells when an older copy was started."""
    return (
        CheckpointFile(settings.checkpoint_file, keys.log.verifier),
        Journal(settings.journal_file, keys.log, JOURNAL_KINDS),
    )


def _registrations(
    settings: ConsentSettings, keys: Keys, clock: Clock, database: Database, feed: ChangeFeed
) -> tuple[Registration, ...]:
    issuer = ClientTokenIssuer(
        keys.token, keys.token_key_id(), settings.installation, list(settings.client_audiences), clock
    )
    return (
        Registration(
            "lotse.consent.v1.ConsentTextService",
            text_pb2_grpc.add_ConsentTextServiceServicer_to_server,
            ConsentTextServicer(database, production=settings.production),
        ),
        Registration(
            "lotse.consent.v1.ConsentTextDraftService",
            text_draft_pb2_grpc.add_ConsentTextDraftServiceServicer_to_server,
            ConsentTextDraftServicer(database),
        ),
        Registration(
            "lotse.consent.v1.ConsentRecordingService",
            recording_pb2_grpc.add_ConsentRecordingServiceServicer_to_server,
            ConsentRecordingServicer(database),
        ),
        Registration(
            "lotse.consent.v1.ConsentRequestService",
            request_pb2_grpc.add_ConsentRequestServiceServicer_to_server,
            ConsentRequestServicer(database, keys.digests, production=settings.production),
        ),
        Registration(
            "lotse.consent.v1.ConsentClientService",
            client_pb2_grpc.add_ConsentClientServiceServicer_to_server,
            ConsentClientServicer(database, keys, Tokens(issuer, clock), production=settings.production),
        ),
        Registration(
            "lotse.consent.v1.ConsentDecisionService",
            decision_pb2_grpc.add_ConsentDecisionServiceServicer_to_server,
            ConsentDecisionServicer(database, feed),
            at_end=feed.end,
        ),
        Registration(
            "lotse.consent.v1.ConsentExplanationService",
            decision_pb2_grpc.add_ConsentExplanationServiceServicer_to_server,
            ConsentExplanationServicer(database),
        ),
        Registration(
            "lotse.consent.v1.ConsentKeyService",
            text_pb2_grpc.add_ConsentKeyServiceServicer_to_server,
            ConsentKeyServicer(keys),
        ),
        Registration(
            "lotse.consent.v1.ConsentAuditService",
            audit_pb2_grpc.add_ConsentAuditServiceServicer_to_server,
            ConsentAuditServicer(database, keys.log.verifier),
        ),
        Registration(
            "lotse.consent.v1.ConsentStatutoryService",
            statutory_pb2_grpc.add_ConsentStatutoryServiceServicer_to_server,
            ConsentStatutoryServicer(database),
        ),
        Registration(
            "lotse.consent.v1.ConsentNoticeService",
            statutory_pb2_grpc.add_ConsentNoticeServiceServicer_to_server,
            ConsentNoticeServicer(database),
        ),
        Registration(
            "lotse.consent.v1.ConsentExclusionService",
            exclusion_pb2_grpc.add_ConsentExclusionServiceServicer_to_server,
            ConsentExclusionServicer(database),
        ),
    )
