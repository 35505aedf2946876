"""A citizen links the account with an identity of somebody else's, without JavaScript, logs in by it and
unlinks it; and somebody whom no account opens to is told what to do. Every page of it is looked at."""

import os

from playwright.sync_api import expect

from citizen import (
    comes_to_the_desk,
    confirms_address,
    enters_first,
    registers,
    sees_the_document,
    session_of,
)
from firm import OWN_PASSWORD
from journey import Scene, run
from looker import Looker
from people import Person

NAME = "Zofia Żółć-Gęślińska"
ADDRESS = "zofia@example.pl"
# What the provider is called, as the server was told.
PROVIDER = os.environ.get("EBOK_PROVIDER", "")


def named(person: Person, key: str) -> str:
    return person.say(key, name=PROVIDER)


def says_who(person: Person, link: str) -> None:
    """At the provider, to which the browser goes by itself."""
    person.page.wait_for_url("**/authorize?**")
    person.page.locator(f"#{link}").click()


def logs_in(person: Person, link: str) -> None:
    person.open("/login").press(named(person, "outside-log-in"), "main")
    says_who(person, link)


def journey(scene: Scene) -> None:
    citizen = scene.person("citizen", java_script_enabled=False)
    registers(citizen, NAME, ADDRESS)
    reference = confirms_address(citizen, ADDRESS)
    registrar = scene.person("registrar", accept_downloads=True)
    comes_to_the_desk(registrar)
    slip = sees_the_document(registrar, reference, scene.pictures)
    guest, everyone = scene.person("guest", java_script_enabled=False), Looker(scene, "everyone")
    everyone.look("login-provider", "/login")
    everyone.look("outside-refused", "/login/outside/back", 403)
    logs_in(guest, "person-0")
    guest.sees("main", guest.say("error-summary"))
    guest.page.set_viewport_size({"width": 360, "height": 800})
    guest.picture(scene.pictures, "outside-unknown-360", 3000)
    logs_in(guest, "nobody")
    guest.sees("main", guest.say("error-summary"))
    guest.forgive_refused_forms()

    enters_first(citizen, slip)
    own = Looker(scene, "own", session_of(citizen))
    own.look("outside-unlinked", "/account/outside")
    citizen.open("/account").follow_text(named(citizen, "outside-link"))
    citizen.press(named(citizen, "outside-link"), "main")
    citizen.sees("main", citizen.say("error-summary"))
    citizen.forgive_refused_forms()
    citizen.fill({"password": OWN_PASSWORD})
    citizen.press(named(citizen, "outside-link"), "main")
    says_who(citizen, "person-0")
    citizen.sees("main button", citizen.say("outside-unlink"))
    own.look("outside-linked", "/account/outside")
    own.look("account-linked", "/account")

    citizen.log_out()
    citizen.page.wait_for_url("**/login")
    logs_in(citizen, "person-0")
    citizen.open("/account").sees("main", NAME)
    citizen.sees("main dt", citizen.say("account-this-log-in"))
    citizen.follow("outside-unlink")
    citizen.press(citizen.say("outside-unlink"), "main")
    citizen.sees("main button", named(citizen, "outside-link"))
    citizen.log_out()
    logs_in(citizen, "person-0")
    citizen.sees("main", citizen.say("error-summary"))
    citizen.forgive_refused_forms()

    # The provider vouches for somebody who never came to the office: an account without a password.
    stranger = scene.person("stranger", java_script_enabled=False)
    logs_in(stranger, "person-1")
    stranger.open("/account").sees("main", "Jan Żuraw")
    new = Looker(scene, "new", session_of(stranger))
    new.look("account-founded", "/account")
    new.look("password-none", "/password")
    expect(stranger.page.locator("body")).not_to_contain_text(NAME)

    found = Looker.found(everyone, own, new)
    assert not found, "\n".join(found)


if __name__ == "__main__":
    run(journey)
