"""Class 2 on a real Keycloak: what it takes, how long it lasts, and who has to set it up."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from deploy.demo.browser import Browser, Form, LoginRefused
from deploy.demo.second_factor import one_time_code
from deploy.keycloak.plan import Membership, Person, Plan
from deploy.keycloak.realm import REALM
from deploy.keycloak.step_up import ENROL, FLOW
from tests.integration.keycloak.realm import PLAN, Realm
from tests.integration.keycloak.security_key import SecurityKey

CLASS_2: dict[str, Any] = {"claims": '{"id_token":{"acr":{"essential":true,"values":["2"]}}}'}
SECRETS = {person.username: person.demo_totp for person in PLAN.people}


def code(username: str, *, ahead: int = 0) -> str:
    """The code of now, or of a later half minute: each is taken once."""
    return one_time_code(SECRETS[username], time.time() + 30 * ahead)


async def test_a_password_alone_is_class_1_also_for_whoever_has_codes(realm: Realm) -> None:
    staff = await realm.verifier().verify((await realm.log_in("doppelt", "sued")).access)
    assert staff.acr == 1


async def test_a_password_and_a_code_are_class_2(realm: Realm) -> None:
    tokens = await realm.log_in("doppelt", "sued", one_time_code=code("doppelt"), **CLASS_2)
    staff = await realm.verifier().verify(tokens.access)
    assert (staff.acr, staff.roles) == (2, frozenset({"coordinator", "data-protection-officer"}))
    renewed = await realm.refresh(tokens)
    assert renewed is not None
    assert (await realm.verifier().verify(renewed.access)).acr == 2


@pytest.mark.parametrize("wrong", ["000000", ""])
async def test_a_wrong_code_gives_no_token(realm: Realm, wrong: str) -> None:
    try:
        with pytest.raises(LoginRefused):
            await realm.log_in("wechsel", "sued", one_time_code=wrong, **CLASS_2)
    finally:
        realm.forget_failures("wechsel")


async def test_whoever_is_logged_in_is_asked_for_the_code_alone_and_each_time(realm: Realm) -> None:
    async with Browser() as browser:
        first = await realm.log_in("aufsicht", browser=browser)
        with pytest.raises(LoginRefused):
            await realm.log_in("aufsicht", browser=browser, **CLASS_2)
        stronger = await realm.log_in(
            "aufsicht", browser=browser, password="not asked for", one_time_code=code("aufsicht"), **CLASS_2
        )
        before, after = [await realm.verifier().verify(each.access) for each in (first, stronger)]
        assert (before.acr, after.acr) == (1, 2)
        with pytest.raises(LoginRefused):
            await realm.log_in("aufsicht", browser=browser, max_age="0", **CLASS_2)
    realm.forget_failures("aufsicht")


class WithApp(Browser):
    """The browser of somebody who takes what a page offers into an app on the phone."""

    def __init__(self) -> None:
        super().__init__()
        self.secret = ""

    def use_device(self, form: Form, page: httpx.Response) -> None:
        self.secret = form.fields["totpSecret"]
        form.fields["totp"] = one_time_code(self.secret)


async def test_whoever_has_no_code_yet_sets_one_up_there_and_then_and_is_asked_for_it_afterwards(realm: Realm) -> None:
    with pytest.raises(LoginRefused, match="set up first"):
        await realm.log_in("einfach", **CLASS_2)
    async with WithApp() as browser:
        tokens = await realm.log_in("einfach", browser=browser, **CLASS_2)
        assert browser.secret
    admin = realm.admin()
    (user,) = admin.get(f"/{REALM}/users?username=einfach&exact=true")
    credentials = f"/{REALM}/users/{user['id']}/credentials"
    (codes,) = [each for each in admin.get(credentials) if each["type"] == "otp"]
    try:
        assert (await realm.verifier().verify(tokens.access)).acr == 2
        with pytest.raises(LoginRefused, match="not accepted"):
            await realm.log_in("einfach", **CLASS_2)
        later = one_time_code(browser.secret, time.time() + 30)
        again = await realm.log_in("einfach", one_time_code=later, **CLASS_2)
        assert (await realm.verifier().verify(again.access)).acr == 2
    finally:
        admin.delete(f"{credentials}/{codes['id']}")


class WithKey(Browser):
    """The browser of somebody with a security key, who registers it where a page wants a new one."""

    def __init__(self) -> None:
        super().__init__()
        self.key = SecurityKey()
        self.touched = 0

    def use_device(self, form: Form, page: httpx.Response) -> None:
        self.touched += 1
        make = self.key.registered if "attestationObject" in form.fields else self.key.asserted
        form.fields.update(make(str(page.url), page.text))


async def test_a_security_key_is_a_second_factor_as_well(realm: Realm) -> None:
    async with WithKey() as browser:
        await realm.log_in("vertippt", browser=browser, kc_action="webauthn-register")
        admin = realm.admin()
        (user,) = admin.get(f"/{REALM}/users?username=vertippt&exact=true")
        assert {each["type"] for each in admin.get(f"/{REALM}/users/{user['id']}/credentials")} == {
            "password",
            "webauthn",
        }
        tokens = await realm.log_in("vertippt", browser=browser, **CLASS_2)
        assert browser.touched == 2
        assert (await realm.verifier().verify(tokens.access)).acr == 2
        browser.key = SecurityKey()
        with pytest.raises(LoginRefused):
            await realm.log_in("vertippt", browser=browser, **CLASS_2)


def test_an_office_that_needs_it_and_has_none_is_told_to_set_one_up(realm: Realm) -> None:
    new = Person("leitend", "Lena", "Leitend-Prüfling", (Membership("nord", frozenset({"coordinator"})),))
    plan = Plan(PLAN.agencies, (*PLAN.people, new))
    realm.provision(plan)
    admin = realm.admin()
    (user,) = admin.get(f"/{REALM}/users?username=leitend&exact=true")
    try:
        assert user["requiredActions"] == [ENROL]
        assert realm.provision(plan).changed == []
        (counsellor,) = admin.get(f"/{REALM}/users?username=einfach&exact=true")
        assert counsellor["requiredActions"] == []
    finally:
        admin.delete(f"/{REALM}/users/{user['id']}")


async def test_a_flow_that_somebody_weakened_is_built_anew(realm: Realm) -> None:
    admin = realm.admin()
    executions = admin.get(f"/{REALM}/authentication/flows/{FLOW}/executions")
    codes = next(each for each in executions if each.get("providerId") == "auth-otp-form")
    admin.put(f"/{REALM}/authentication/flows/{FLOW}/executions", {**codes, "requirement": "DISABLED"})
    assert realm.provision().changed == ["flow of logins", "classes of login"]
    assert realm.provision().changed == []
    staff = await realm.verifier().verify(
        (await realm.log_in("verlierend", one_time_code=code("verlierend"), **CLASS_2)).access
    )
    assert staff.acr == 2
