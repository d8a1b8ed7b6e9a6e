"""The data-protection officer at her pages: what needs the second factor, and evidence that proves itself."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from deploy.cli import app
from deploy.demo.cast import player
from tests.support.house import PLAN, House
from tests.support.one_time_codes import unused_code

HAUKE = player(PLAN, "hauke", "caritas-hannover")


async def test_evidence_leaves_with_a_second_factor_and_holds_without_the_installation(
    house: House, tmp_path: Path
) -> None:
    story = await house.in_progress()
    await house.withdraw(story)
    desk = await house.desk(HAUKE, fresh=True)
    found = (await desk.post("/audit/evidence/find", {"number": story.referral_id})).body
    assert found["case_id"] == story.case_id
    assert {"granted", "disclosed", "withdrawn"} <= set(found["counts"])

    wanted = {"case_id": story.case_id}
    weak = await desk.ask("POST", "/audit/evidence/export", wanted)
    assert (weak.status, weak.reason) == (401, "STRONGER_LOGIN_REQUIRED")

    await desk.strengthen(HAUKE.username, house.password, HAUKE.alias, unused_code(HAUKE.username))
    file = tmp_path / "evidence.json"
    file.write_text((await desk.post("/audit/evidence/export", wanted)).text)

    assert (await desk.get("/audit/processing-record")).body["regime"], "the office works on with the stronger login"
    line = file.read_text().partition('"key": "')[2].partition('"')[0]
    checked = CliRunner().invoke(app, ["evidence", "verify", str(file), "--key", line])
    assert (checked.exit_code, "Holds" in checked.output) == (0, True), checked.output
    file.write_text(file.read_text().replace('"granted"', '"revised"', 1))
    assert CliRunner().invoke(app, ["evidence", "verify", str(file), "--key", line]).exit_code == 1


async def test_danger_passes_on_without_consent_and_a_second_person_looks_at_it(house: House) -> None:
    story = await house.drafted()
    counsellor = await house.desk(house.cast.discloser)
    act = await counsellor.post(
        f"/cases/{story.case_id}/statutory-acts",
        {
            "referral_id": story.referral_id,
            "ground": "kkg-4",
            "channel": "network",
            "reason": "Das Kind ist seit gestern Abend nicht mehr gesehen worden.",
        },
    )
    assert "cover-sheet" in act.body["categories"]
    sent = await counsellor.post(f"{story.etag_path}/send", etag=(await counsellor.get(story.etag_path)).etag)
    assert sent.body["referral"]["state"] == "offered"
    acts, review = "/statutory-acts", {"case_id": story.case_id, "verdict": "confirmed"}
    own = await counsellor.ask("POST", f"{acts}/{act.body['act_id']}/review", review)
    assert (own.status, own.reason) == (409, "ILLEGAL_STATE")
    leading = await house.desk_of("ulrike", "caritas-hannover", fresh=True)
    reason = await leading.post(f"{acts}/{act.body['act_id']}/reason")
    assert reason.body["reason"].startswith("Das Kind")
    assert (await leading.post(f"{acts}/{act.body['act_id']}/review", review)).body["verdict"] == "confirmed"
    officer = await house.desk(HAUKE, fresh=True)
    listed = (await officer.get(acts)).body["acts"]
    assert [each["verdict"] for each in listed if each["act_id"] == act.body["act_id"]] == ["confirmed"]
