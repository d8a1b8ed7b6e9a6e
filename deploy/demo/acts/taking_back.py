"""Acts 9 to 12: the client looks and withdraws, what follows, and the proof of it all."""

import asyncio
from typing import Any

from deploy.demo.canary import sweep
from deploy.demo.desk import ClientPhone, StaffDesk
from deploy.demo.planted import DOSSIER, MARKS, OUTCOME_NOTE
from deploy.demo.story import SECOND_SECRET, Act, Story, must, soon


async def look_and_withdraw(story: Story) -> str:
    """With her pass on another phone: names only with her second secret, then everything is taken back."""
    phone = await story.phone()
    must("withdraw" in await phone.redeem(story.lotsenpass), "her pass does not let her withdraw")
    hidden = (await phone.get("/consents")).body
    must(not any(consent["recipient"] for consent in hidden["consents"]), "names show without her second secret")
    widened = (await phone.post("/second-secret", {"second_secret": SECOND_SECRET})).body
    must("see-names" in widened["scopes"], "her second secret does not show names")
    listed = (await phone.get("/consents")).body
    reads = [
        entry
        for entry in listed["disclosures"]
        if entry["kind"] == "read" and entry["agency"] == story.cast.recipient.agency_name
    ]
    must({entry["category"] for entry in reads} == {"contact", "housing"}, "her list does not show what was read")
    must(all(entry["at"] for entry in reads), "her list does not say when")
    story.disclosures = len(listed["disclosures"])
    foretold = (await phone.post("/withdrawals", {"validate_only": True})).body
    must(not foretold["receipts"], "a question what would happen was taken for a withdrawal")
    done = (await phone.post("/withdrawals", {})).body
    must(len(done["receipts"]) == 1, "she has no receipt of her withdrawal")
    must([consent["state"] for consent in done["consents"]] == ["withdrawn"], "not everything is withdrawn")
    return f"{len(listed['disclosures'])} disclosures in her list, with agency and time; everything taken back"


async def delete(story: Story) -> str:
    """Nothing that crossed can be read, there or back; both sides delete, keys go, she sees it, own notes stay."""
    theirs, mine = await story.desk(story.cast.recipient), await story.desk(story.cast.discloser)
    crossed = [(theirs, f"sections/{category}", DOSSIER[category].note) for category in story.read]
    for desk, item, note in [*crossed, (mine, "outcome", OUTCOME_NOTE)]:
        refused = await desk.ask("POST", f"{story.etag_path}/{item}/read")
        must(refused.status in {403, 404, 409}, f"{item} answered {refused.status} after the withdrawal")
        must(note not in refused.text, f"{item} shows in the refusal")
    for desk in (theirs, mine):
        await _acknowledge(desk, story)
        story.deletion_tasks += 1
    phone = await story.phone()
    await phone.redeem(story.lotsenpass)
    await soon(lambda: _seen_by_client(phone), "that the client sees the acknowledgement and the destroyed keys")
    for category, text in DOSSIER.items():
        own = (await mine.get(f"/cases/{story.case_id}/sections/{category}")).body
        must(own["note"] == text.note, f"the discloser does not read her own {category}")
    return (
        "what crossed is closed at once, there and back; both agencies acknowledge, keys destroyed, the client sees "
        f"it; {story.cast.discloser.name} still reads her own notes"
    )


async def _acknowledge(desk: StaffDesk, story: Story) -> None:
    task = await soon(lambda: _task(desk, story), "the deletion task")
    path = f"/deletion-tasks/{task['deletion_task_id']}/acknowledge"
    await desk.post(path, {"copies_are_gone": True}, etag=task["etag"])
    await soon(lambda: _task(desk, story, "keys-destroyed"), "the destruction of the keys")


async def _task(desk: StaffDesk, story: Story, state: str | None = None) -> dict[str, Any] | None:
    tasks = (await desk.get("/deletion-tasks?page_size=200")).body["tasks"]
    return next(
        (task for task in tasks if task["referral_id"] == story.referral_id and state in {None, task["state"]}), None
    )


async def _seen_by_client(phone: ClientPhone) -> bool | None:
    withdrawals = [withdrawal for consent in await consents_of(phone) for withdrawal in consent["withdrawals"]]
    done = withdrawals and all(each["acknowledged_at"] and each["keys_destroyed_at"] for each in withdrawals)
    return True if done else None


async def consents_of(phone: ClientPhone) -> list[dict[str, Any]]:
    """The consents in her list."""
    consents: list[dict[str, Any]] = (await phone.get("/consents")).body["consents"]
    return consents


async def verify_the_ledger(story: Story) -> str:
    """Intact; and in a copy one changed byte is found by its row."""
    verified = await story.stage.ledger_command("ledger-verify")
    rehearsed = await story.stage.ledger_command("ledger-rehearse")
    story.ledger_says = (*verified, *rehearsed)
    return f"{verified[0]}; {rehearsed[-1]}"


async def search_the_logs(story: Story) -> str:
    """Nothing that was planted stands in any log, nor a code, nor the password."""
    secrets = [*story.secrets, *(secret.replace("-", "") for secret in story.secrets)]
    words = [*MARKS, story.handle, story.stage.password, *secrets]
    async with story.stage.logs() as folder:
        found = await asyncio.to_thread(sweep, folder, words)
    must(found.files, "there are no logs to look through")
    must(not found.findings, f"planted words stand in logs: {'; '.join(found.findings[:5])}")
    return f"{len(words)} words in {found.files} logs ({found.size / 1_000_000:.1f} MB): none found"


def _both_sides(story: Story) -> str:
    return f"{story.cast.recipient} and {story.cast.discloser.name}"


ACTS = (
    Act(lambda _: "Client", "comes back with her pass, sees who read what, withdraws", look_and_withdraw),
    Act(_both_sides, "try to read on, get deletion tasks, acknowledge", delete),
    Act(lambda _: "Operator", "verifies the ledger, and a copy with one byte changed", verify_the_ledger),
    Act(lambda _: "Operator", "looks for her name, address and notes in all logs", search_the_logs),
)
