"""The service put together from its settings: what it serves, what it does without being asked, when it can work."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from lotse.directory.v1 import agency_pb2_grpc
from lotse.referrals.v1 import (
    case_pb2_grpc,
    contact_task_pb2_grpc,
    name_check_pb2_grpc,
    referral_pb2_grpc,
    statutory_pb2_grpc,
    withdrawal_request_pb2_grpc,
)

from services.common.channel import connect
from services.common.clock import Clock
from services.common.database import Connection, Database
from services.common.errors import Unavailable
from services.common.feed import FeedConsumer
from services.common.health import Readiness
from services.common.identity.jwks import KeyCache
from services.common.ledger import NoteSigner
from services.common.ledger.key_file import read_private_key
from services.common.server import Registration
from services.common.worker import BackgroundTasks
from services.referrals.background.destruction import Destruction
from services.referrals.background.key_journal import KeyJournal
from services.referrals.background.unused import UnusedConsents
from services.referrals.background.upkeep import erase_withdrawal_requests, escalate, expire_offers, sweep_orphans
from services.referrals.background.withdrawals import Change, WithdrawalFeed, apply_withdrawals
from services.referrals.client_keys import consent_keys
from services.referrals.consent import Consent
from services.referrals.encryption.keyring import Keyring
from services.referrals.encryption.root_key import FileKeyProvider
from services.referrals.servicer.cases import CaseServicer
from services.referrals.servicer.contact_tasks import ContactTaskServicer
from services.referrals.servicer.deletion_tasks import DeletionTaskServicer
from services.referrals.servicer.desk import Desk
from services.referrals.servicer.draft_previews import DraftPreviewServicer
from services.referrals.servicer.name_checks import NameCheckServicer
from services.referrals.servicer.referrals import ReferralServicer
from services.referrals.servicer.showing import Showing
from services.referrals.servicer.statutory import StatutoryServicer
from services.referrals.servicer.withdrawal_requests import WithdrawalRequestServicer
from services.referrals.settings import ReferralsSettings
from services.referrals.store.keys import KeyStore


@dataclass(frozen=True, slots=True)
class Wiring:
    """What is served, and whether it can work."""

    registrations: tuple[Registration, ...]
    client_keys: KeyCache
    ready: Readiness


@asynccontextmanager
async def wired(settings: ReferralsSettings, clock: Clock) -> AsyncIterator[Wiring]:
    """The service on its two databases with its background work, both until the block ends."""
    consent = connect(settings.consent_target, settings, "lotse-consent")
    directory = connect(settings.directory_target, settings, "lotse-directory")
    try:
        async with (
            await Database.open(settings, ("run", "worker")) as content,
            await Database.open(settings.keys_database(), ("run", "worker")) as keys,
        ):
            journal = KeyJournal(KeyStore(keys), settings.key_journal_file, journal_signer(settings))
            key_store = KeyStore(keys.gated(journal.is_open))
            keyring = Keyring(key_store, FileKeyProvider.from_file(settings.root_key_file))
            agencies = agency_pb2_grpc.AgencyServiceStub(directory)
            asked = Consent(consent)
            desk = Desk(content, keyring, asked, Showing(asked), agencies, clock)
            destruction = Destruction(content, keyring, consent)
            tasks = BackgroundTasks(settings)

            async def apply(tx: Connection, changes: Sequence[Change]) -> None:
                """Everything that shows lists is asked anew, then what was withdrawn ends."""
                desk.showing.forget()
                await apply_withdrawals(tx, changes)

            consumer = FeedConsumer(settings, content, "consent", WithdrawalFeed(consent).fetch, apply)
            tasks.lasting("withdrawals", consumer.run)
            tasks.every(timedelta(minutes=1), "key-destruction", destruction.run)
            tasks.every(timedelta(seconds=1), "tell-consent", destruction.tell)
            tasks.every(timedelta(seconds=1), "unused-consents", UnusedConsents(content, consent).end)
            tasks.every(timedelta(minutes=1), "expiry", lambda: expire_offers(content))
            tasks.every(timedelta(minutes=1), "escalation", lambda: escalate(content))
            tasks.every(timedelta(hours=6), "withdrawal-request-erasure", lambda: erase_withdrawal_requests(content))
            tasks.every(timedelta(hours=1), "key-sweep", lambda: sweep_orphans(content, key_store))
            tasks.every(timedelta(seconds=0.5), "key-journal", journal.append, limit=timedelta(seconds=5))

            async def ready() -> None:
                """Both databases are there; consent may be away, own notes do not need it, but not be an older copy."""
                await content.check()
                await keys.check()
                if not journal.is_open():
                    await journal.replay()
                consumer.check()

            with suppress(Unavailable):
                await journal.replay()
            async with tasks:
                yield Wiring(_registrations(desk, destruction), KeyCache(consent_keys(consent)), ready)
    finally:
        await consent.close()
        await directory.close()


def journal_signer(settings: ReferralsSettings) -> NoteSigner:
    """Signs the journal of key deletions in this installation's name."""
    return NoteSigner(f"lotse-keys/{settings.installation}", read_private_key(settings.key_journal_key_file))


def _registrations(desk: Desk, destruction: Destruction) -> tuple[Registration, ...]:
    return (
        Registration(
            "lotse.referrals.v1.CaseService",
            case_pb2_grpc.add_CaseServiceServicer_to_server,
            CaseServicer(desk),
        ),
        Registration(
            "lotse.referrals.v1.ReferralService",
            referral_pb2_grpc.add_ReferralServiceServicer_to_server,
            ReferralServicer(desk, destruction),
        ),
        Registration(
            "lotse.referrals.v1.DeletionTaskService",
            referral_pb2_grpc.add_DeletionTaskServiceServicer_to_server,
            DeletionTaskServicer(desk, destruction),
        ),
        Registration(
            "lotse.referrals.v1.DraftPreviewService",
            referral_pb2_grpc.add_DraftPreviewServiceServicer_to_server,
            DraftPreviewServicer(desk),
        ),
        Registration(
            "lotse.referrals.v1.ContactTaskService",
            contact_task_pb2_grpc.add_ContactTaskServiceServicer_to_server,
            ContactTaskServicer(desk),
        ),
        Registration(
            "lotse.referrals.v1.WithdrawalRequestService",
            withdrawal_request_pb2_grpc.add_WithdrawalRequestServiceServicer_to_server,
            WithdrawalRequestServicer(desk),
        ),
        Registration(
            "lotse.referrals.v1.StatutoryService",
            statutory_pb2_grpc.add_StatutoryServiceServicer_to_server,
            StatutoryServicer(desk),
        ),
        Registration(
            "lotse.referrals.v1.NameCheckService",
            name_check_pb2_grpc.add_NameCheckServiceServicer_to_server,
            NameCheckServicer(desk),
        ),
    )
