"""A citizen's account without JavaScript: registered, confirmed by the link in the mail, looked at by
the registrar, entered with the slip, with a password of one's own and codes from an app; and a
computer of the office, on which nothing is left."""

import time

from playwright.sync_api import expect

from citizen import (
    app_code,
    comes_to_the_desk,
    confirms_address,
    enters,
    enters_first,
    registers,
    sees_the_document,
    switches_codes_on,
)
from firm import OWN_PASSWORD
from journey import Scene, run
from people import Person

NAME = "Zofia Żółć-Gęślińska"
ADDRESS = "zofia@example.pl"


def takes_codes(citizen: Person) -> tuple[str, str]:
    """Gives the secret and a recovery code."""
    citizen.open("/account").follow("factor-on")
    expect(citizen.page.locator(".qr svg")).to_be_visible()
    secret = switches_codes_on(citizen)
    citizen.sees("h1", citizen.say("recovery-title"))
    recovery = citizen.page.locator(".recovery-codes code").first.inner_text()
    citizen.follow("recovery-kept")
    return secret, recovery


def gives_code(citizen: Person, code: str) -> None:
    citizen.sees("h1", citizen.say("login-factor-title"))
    citizen.fill({"code": code})
    citizen.press(citizen.say("log-in"), "main")


def at_a_public_computer(scene: Scene, login: str, secret: str) -> None:
    """One citizen comes and leaves, the next one looks around."""
    citizen = scene.person("kiosk", java_script_enabled=False)
    enters(citizen, login, OWN_PASSWORD, kiosk=True)
    # The step of the code that was used first is over for certain in the one after the next.
    gives_code(citizen, app_code(secret, time.time() + 30))
    citizen.open("/account").sees("main", NAME)
    citizen.log_out()
    citizen.page.wait_for_url("**/login?kiosk=1")
    expect(citizen.page.locator("body")).not_to_contain_text(NAME)
    expect(citizen.page.locator("#login")).to_have_value("")
    for _ in range(3):
        citizen.page.go_back()
        expect(citizen.page.locator("body")).not_to_contain_text(NAME)
        expect(citizen.page.locator("body")).not_to_contain_text(login)
    kept = {cookie["name"]: cookie["expires"] for cookie in citizen.context.cookies()}
    assert "ebok_session" not in kept and set(kept.values()) <= {-1}, kept
    citizen.open("/account").sees("h1", citizen.say("log-in"))


def journey(scene: Scene) -> None:
    citizen = scene.person("citizen", java_script_enabled=False)
    registers(citizen, NAME, ADDRESS)
    reference = confirms_address(citizen, ADDRESS)
    registrar = scene.person("registrar", java_script_enabled=False, accept_downloads=True)
    comes_to_the_desk(registrar)
    slip = sees_the_document(registrar, reference, scene.pictures)
    assert len(slip.code) == len("kfmw-3tzr-aq6n"), slip
    enters_first(citizen, slip)
    citizen.open("/account").sees("main", citizen.say("code-in-force"))
    secret, recovery = takes_codes(citizen)
    citizen.log_out()
    enters(citizen, slip.login, OWN_PASSWORD)
    gives_code(citizen, "000000")
    citizen.sees("main", citizen.say("error-summary"))
    citizen.forgive_refused_forms()
    gives_code(citizen, recovery)
    citizen.open("/account").sees("main", NAME)
    at_a_public_computer(scene, slip.login, secret)
    citizen.open("/account").follow("code-revoke")
    citizen.press(citizen.say("code-revoke"), "main")
    citizen.sees("main", citizen.say("code-revoked"))


if __name__ == "__main__":
    run(journey)
