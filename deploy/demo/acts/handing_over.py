"""Acts 1 to 8: finding the partner, asking the client, handing over, and back."""

from uuid import uuid4

from deploy.demo.desk import Desk
from deploy.demo.planted import DOSSIER, OUTCOME_NOTE, SEARCH
from deploy.demo.story import SECOND_SECRET, Act, Story, must

ASKED = {"cover-sheet", "contact", "housing", "health"}
PERMITTED = ASKED - {"health"}


async def import_the_directory(story: Story) -> str:
    """Both files, again: nothing is doubled, nothing refused."""
    read = new = same = 0
    for loaded in await story.stage.load_directory():
        read += loaded.read
        new += loaded.created
        same += loaded.unchanged
        must(not loaded.quarantined, "rows of the demo directory were quarantined")
    must(read > 0, "the demo directory has no rows")
    return f"{read} rows read, {new} new, {same} same, none refused"


async def search(story: Story) -> str:
    """Log in and find the recipient as the first hit, with reasons."""
    desk = await story.desk(story.cast.discloser)
    found = (await desk.post("/searches", {"text": SEARCH})).body
    must(found["hits"], "the search found nothing")
    first = found["hits"][0]
    recipient = story.cast.recipient
    must(first["agency_id"] == str(recipient.agency_id), f"the first hit is not {recipient.agency_name}")
    must(first["accepts_handover"], "the first hit takes no handover")
    must(first["reasons"], "the first hit does not say why it matched")
    must(found["understood"]["languages"] == ["ar"], "the language was not understood")
    story.service_id = first["service_id"]
    reasons = ", ".join(reason["text"] for reason in first["reasons"][:3])
    return f"{found['total']} hits, first {first['agency_name']} ({reasons})"


async def draft(story: Story) -> str:
    """A case, three sections, a draft that pins them."""
    desk = await story.desk(story.cast.discloser)
    story.handle = f"HB-{uuid4().hex[:10]}"
    story.case_id = (await desk.post("/cases", {"handle": story.handle})).body["case_id"]
    for category, text in DOSSIER.items():
        written = (await desk.put(f"/cases/{story.case_id}/sections/{category}", text.body)).body
        must(written["version"] == 1, f"{category} was not written as its first version")
    body = {
        "recipient_id": str(story.cast.recipient.agency_id),
        "service_id": story.service_id or None,
        "cover_sheet": {"topics": ["mietschulden"], "urgency": "soon", "language": "ar"},
        "categories": list(DOSSIER),
    }
    made = (await desk.post(f"/cases/{story.case_id}/referrals", body)).body
    must(made["state"] == "draft", f"the referral is {made['state']}")
    must({section["category"] for section in made["sections"]} == set(DOSSIER), "the draft pins other sections")
    story.referral_id = made["referral_id"]
    preview = (await desk.get(f"{story.etag_path}/preview")).body
    must(preview["consent_state"] == "not-asked", f"its consent is {preview['consent_state']} before she was asked")
    must(not preview["can_send"], "it could be sent before she was asked")
    early = await desk.ask("POST", f"{story.etag_path}/send", etag=made["etag"])
    must(early.status in {403, 409}, f"sending without consent answered {early.status}")
    return f"draft with {', '.join(DOSSIER)}; sending it now is refused ({early.reason})"


async def ask_the_client(story: Story) -> str:
    """She opens it on her own phone, permits three, refuses one, allows the outcome back, takes a pass."""
    desk = await story.desk(story.cast.discloser)
    etag = (await desk.get(story.etag_path)).etag
    asked = (await desk.post(f"{story.etag_path}/consent-requests", {"language": "de"}, etag=etag)).body
    story.access_code = asked["access_code"]
    phone = await story.phone()
    must("decide" in await phone.redeem(story.access_code), "the access code does not let her decide")
    question = (await phone.get("/consent-request")).body
    must({each["category"] for each in question["categories"]} == ASKED, "she is asked about something else")
    must(question["recipient"]["agency_id"] == str(story.cast.recipient.agency_id), "she is asked for another agency")
    must(question["texts"] and all(text["demo"] for text in question["texts"]), "she is shown no text of the demo")
    shown = (await phone.get("/consent-request/sections/health")).body
    must(shown["note"] == DOSSIER["health"].note, "she is not shown the very text that would go")
    decision = {
        "answers": [{"category": category, "permit": category in PERMITTED} for category in sorted(ASKED)],
        "way_back": "outcome",
        "secrecy_release_forward": True,
        "secrecy_release_back": True,
    }
    decided = (await phone.post("/decision", decision)).body
    must(decided["state"] == "partly-granted", f"her decision counts as {decided['state']}")
    must(decided["receipt"]["signature"], "she has no receipt")
    story.consent_id = decided["consent_id"]
    story.lotsenpass = (await phone.post("/pass", {"second_secret": SECOND_SECRET})).body["lotsenpass"]
    story.secrets += [story.access_code, story.lotsenpass]
    again = await (await story.phone()).ask("POST", "/session", {"secret": story.access_code})
    must(again.status == 401, f"the access code still opens something after her decision ({again.status})")
    return "cover sheet, contact, housing: yes; health: no; outcome may go back; receipt and pass in her hand"


async def send(story: Story) -> str:
    """The preview says what goes, and exactly that goes."""
    desk = await story.desk(story.cast.discloser)
    preview = (await desk.get(f"{story.etag_path}/preview")).body
    story.preview = {item["category"]: item["goes"] for item in preview["items"]}
    expected = {category: category in PERMITTED for category in ASKED}
    must(preview["can_send"] and story.preview == expected, f"the preview says {story.preview}")
    etag = (await desk.get(story.etag_path)).etag
    sent = (await desk.post(f"{story.etag_path}/send", etag=etag)).body
    story.sent = tuple(sent["sent"])
    must(set(sent["sent"]) == PERMITTED, f"what went is {sorted(sent['sent'])}")
    must([item["category"] for item in sent["left_out"]] == ["health"], "what stayed is not just health")
    must(sent["referral"]["state"] == "offered", f"the referral is {sent['referral']['state']}")
    reason = sent["left_out"][0]["reason"]
    return f"{', '.join(sorted(sent['sent']))} went; health stayed ({reason}), as the preview had said"


async def look_from_elsewhere(story: Story) -> str:
    """For agencies it was not sent to it is exactly like one that does not exist."""
    for player in (story.cast.third, story.cast.sibling):
        desk = await story.desk(player)
        nothing = await desk.ask("GET", f"/referrals/{uuid4()}")
        there = await desk.ask("GET", story.etag_path)
        must(there.status == 404, f"{player.alias} got {there.status} instead of 404")
        must(there.text == nothing.text, f"{player.alias} can tell a foreign referral from one that does not exist")
        read = await desk.ask("POST", f"{story.etag_path}/sections/contact/read")
        must(read.status == 404, f"{player.alias} got {read.status} for a section")
        case = await desk.ask("GET", f"/cases/{story.case_id}")
        must(case.status == 404, f"{player.alias} got {case.status} for the case")
    return "not found, for both, as if it did not exist"


async def accept_and_read(story: Story) -> str:
    """The recipient sees the cover sheet in her inbox, takes it on, reads what was permitted."""
    desk = await story.desk(story.cast.recipient)
    inbox = (await desk.get("/referrals?box=incoming&page_size=200")).body["referrals"]
    offer = next((entry for entry in inbox if entry["referral_id"] == story.referral_id), None)
    must(offer is not None and offer["cover_sheet"] is not None, "the inbox does not show the cover sheet")
    must(offer is not None and offer["cover_sheet"]["language"] == "ar", "the cover sheet names another language")
    before = await desk.ask("POST", f"{story.etag_path}/sections/contact/read")
    must(before.status in {403, 404, 409}, f"a section could be read before acceptance ({before.status})")
    etag = (await desk.get(story.etag_path)).etag
    accepted = (await desk.post(f"{story.etag_path}/accept", etag=etag)).body
    must(accepted["state"] == "accepted", f"the referral is {accepted['state']}")
    started = (await desk.post(f"{story.etag_path}/start", etag=accepted["etag"])).body
    must(started["state"] == "in-progress", f"the referral is {started['state']}")
    must("health" not in {section["category"] for section in started["sections"]}, "health is listed")
    for category in ("contact", "housing"):
        await read_as_written(desk, story, category)
    story.read = ("contact", "housing")
    health = await desk.ask("POST", f"{story.etag_path}/sections/health/read")
    must(health.status == 404, f"health answered {health.status}")
    return "cover sheet seen, accepted, contact and housing read; health does not exist for her"


async def read_as_written(desk: Desk, story: Story, category: str) -> None:
    """A section that crossed says what was written."""
    read = (await desk.post(f"{story.etag_path}/sections/{category}/read")).body
    text = DOSSIER[category]
    must(read["note"] == text.note and read["fields"] == text.fields, f"{category} is not what was written")


async def report_back(story: Story) -> str:
    """The outcome, and the discloser reads it."""
    desk = await story.desk(story.cast.recipient)
    etag = (await desk.get(story.etag_path)).etag
    outcome = {"result": "helped", "note": OUTCOME_NOTE}
    done = (await desk.post(f"{story.etag_path}/complete", outcome, etag=etag)).body
    must(done["referral"]["state"] == "completed", f"the referral is {done['referral']['state']}")
    must(done["goes_back"], "the outcome does not go back although she permitted it")
    read = (await (await story.desk(story.cast.discloser)).post(f"{story.etag_path}/outcome/read")).body
    must(read["note"] == OUTCOME_NOTE, "the discloser does not read the outcome that was written")
    story.outcome = read["result"]
    return f"completed: {read['result']}; {story.cast.discloser.name} has read the outcome"


ACTS = (
    Act(lambda _: "Operator", "imports the demo directory", import_the_directory),
    Act(lambda story: str(story.cast.discloser), f"logs in and searches “{SEARCH}”", search),
    Act(lambda story: str(story.cast.discloser), "opens a case, writes three sections, drafts a referral", draft),
    Act(lambda _: "Client", "opens the question with her access code and decides", ask_the_client),
    Act(lambda story: str(story.cast.discloser), "looks at the preview and sends", send),
    Act(lambda story: f"{story.cast.third} and {story.cast.sibling}", "ask for it", look_from_elsewhere),
    Act(lambda story: str(story.cast.recipient), "opens her inbox, accepts and reads", accept_and_read),
    Act(lambda story: str(story.cast.recipient), "reports what came of it", report_back),
)
