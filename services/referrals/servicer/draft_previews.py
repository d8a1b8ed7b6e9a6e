"""DraftPreviewService: the very text that would go, for the client who is asked."""

from lotse.referrals.v1 import case_pb2, referral_pb2, referral_pb2_grpc

from services.common.database import Scope
from services.common.errors import NotFound
from services.common.identity.context import client
from services.referrals.convert import category_word, from_cover_sheet
from services.referrals.encryption.envelope import ItemName
from services.referrals.encryption.keyring import Holding
from services.referrals.model import COVER_SHEET, State
from services.referrals.rules import is_kept_back
from services.referrals.servicer.desk import Content, Context, Desk
from services.referrals.store import cases, referrals


class DraftPreviewServicer(referral_pb2_grpc.DraftPreviewServiceServicer):
    """Shows only the draft and revision that the client's token names."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ReadDraftSection(
        self, request: referral_pb2.ReadDraftSectionRequest, context: Context
    ) -> referral_pb2.ReadDraftSectionResponse:
        """The pinned version; it is hers, so no consent is asked."""
        who, wanted = client(), category_word(request.category)
        if who.referral is None:
            raise NotFound
        async with self._desk.database.transaction(Scope.of(who), read_only=True) as tx:
            referral = await referrals.find(tx, who.referral)
            if referral is None or referral.draft_revision != who.draft_revision or referral.state is State.DISCARDED:
                raise NotFound
            if wanted == COVER_SHEET:
                return referral_pb2.ReadDraftSectionResponse(cover_sheet=from_cover_sheet(referral.cover_sheet))
            items = await referrals.items(tx, referral.referral_id)
            pinned = [item.section for item in items if not is_kept_back(item.section, referral.basis)]
            section = next((one for one in pinned if one.category == wanted), None)
            sealed = await cases.crossed_section(tx, section) if section else None
        if section is None or sealed is None:
            raise NotFound
        plain = await self._desk.open_item(
            Holding(section.item_id, section.version, referral.discloser_id, referral.case_id),
            ItemName(section.case_id, section.item_id, section.version, section.category),
            sealed,
        )
        content = Content.of(plain)
        return referral_pb2.ReadDraftSectionResponse(
            content=case_pb2.SectionContent(fields=content.fields, note=content.note)
        )
