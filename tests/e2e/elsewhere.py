"""Two matters that are not sent from the pages, without JavaScript. An identity card: the citizen prepares
the application and comes with its number; the registrar finds it, compares the identity document and takes
it, and it goes its way as a letter and a case. An entry in the business register: the citizen prepares
what to write and is led to CEIDG; the office keeps that it was so."""

import re

from playwright.sync_api import expect

from citizen import (
    PESEL,
    comes_to_the_desk,
    confirms_address,
    enters_first,
    registers,
    sees_the_document,
    session_of,
)
from house_number import CLERK, clerk_of, goes_on
from journey import Scene, run
from looker import Looker
from people import Person

NAME = "Łucja Brzęczyszczykiewicz-Żółkiewska"
ADDRESS = "lucja@example.pl"
CARD = "dowod-osobisty"
BUSINESS = "wpis-do-ewidencji-dzialalnosci"
CEIDG = "biznes.gov.pl"


def begins(citizen: Person, matter: str, button: str) -> str:
    """Gives the draft."""
    citizen.open(f"/matters/{matter}")
    citizen.press(citizen.say(button), ".start")
    return re.search(r"/drafts/([^/]+)", citizen.page.url)[1]


def prepares(citizen: Person) -> str:
    """An identity card; gives the draft."""
    draft = begins(citizen, CARD, "matter-begin-visit")
    citizen.page.check("[name=for_whom][value=self]")
    citizen.page.check("[name=reason][value=expiry]")
    goes_on(citizen)
    citizen.fill({
        "applicant.given_names": "Łucja", "applicant.family_name": "Brzęczyszczykiewicz-Żółkiewska",
        "applicant.pesel": PESEL, "family_surname": "Żółkiewska",
    })
    goes_on(citizen)
    # A photograph may also be brought.
    goes_on(citizen)
    citizen.sees("main", citizen.say("summary-complete"))
    return draft


def takes(registrar: Person, number: str) -> None:
    """As the citizen says the number; first without having compared."""
    registrar.open("/office/visits")
    registrar.sees("main table", NAME)
    registrar.fill({"named": f" {number.upper()} "})
    registrar.press(registrar.say("visits-find"), "main")
    registrar.sees("main", "Brzęczyszczykiewicz-Żółkiewska")
    registrar.press(registrar.say("prepared-take"), "main")
    registrar.sees("main", registrar.say("error-summary"))
    registrar.forgive_refused_forms()
    registrar.page.locator("#document").select_option("passport")
    registrar.fill({"last_chars": "4567"})
    for tick in registrar.page.locator("[name=matched]").all():
        tick.check()
    registrar.press(registrar.say("prepared-take"), "main")
    registrar.sees("main .notice", re.compile(r"RPW/000001/\d{4}"))
    registrar.sees("main table", registrar.say("visit-was-application"))


def opens_the_case(clerk: Person) -> None:
    clerk.open("/office").page.locator("main table a").first.click()
    clerk.sees("main .facts", clerk.say("confirmed-desk"))
    clerk.follow("desk-letter-open-case")
    clerk.press(clerk.say("desk-letter-open-case-do"), "main")
    clerk.sees("main .is-sign", re.compile(r"^WSO\."))


def follows(citizen: Person) -> None:
    citizen.open("/letters").page.locator("main table a").first.click()
    expect(citizen.page.locator("h1")).to_have_text(re.compile(r"^RPW/000001/\d{4}$"))
    citizen.open("/cases").page.locator("main table a").first.click()
    expect(citizen.page.locator("main .timeline li")).to_have_count(2)
    citizen.open("/account/access").sees("main table", "punkt")


def hands_over(citizen: Person, own: Looker) -> None:
    """What was changed afterwards is not what was handed over."""
    draft = begins(citizen, BUSINESS, "matter-begin-hand-over")
    citizen.page.check("[name=ceidg_act][value=start]")
    citizen.fill({"business_name": "Łucja Żółkiewska, ogrody", "pkd": "81.30.Z", "begins": "2099-01-04"})
    goes_on(citizen)
    own.look("hand-over-ready", f"/drafts/{draft}")
    citizen.press(citizen.say("hand-over-do"), "main")
    citizen.sees("main .notice", citizen.say.before("hand-over-done"))
    expect(citizen.page.locator("#next a")).to_have_attribute("href", re.compile(CEIDG))
    citizen.sees("main", "81.30.Z")
    own.look("hand-over-done", f"/drafts/{draft}")
    citizen.open("/drafts").sees("main table", citizen.say.before("draft-handed-over"))
    own.look("drafts-handed-over", "/drafts")
    citizen.open(f"/drafts/{draft}/prepare?change=1").fill({"pkd": "81.29.Z"})
    goes_on(citizen)
    expect(citizen.page.get_by_role("button", name=citizen.say("hand-over-do"))).to_be_visible()
    assert citizen.page.goto(f"{citizen.url}/drafts/{draft}/send").status == 409
    citizen.forgive_refused_forms()


def journey(scene: Scene) -> None:
    citizen = scene.person("citizen", java_script_enabled=False)
    registers(citizen, NAME, ADDRESS)
    reference = confirms_address(citizen, ADDRESS)
    registrar = scene.person("registrar", java_script_enabled=False, accept_downloads=True)
    comes_to_the_desk(registrar)
    slip = sees_the_document(registrar, reference, scene.pictures)
    enters_first(citizen, slip)
    own = Looker(scene, "own", session_of(citizen))
    draft = prepares(citizen)
    citizen.press(citizen.say("at-desk-prepare"), "main")
    citizen.sees("h1", citizen.say("at-desk"))
    number = citizen.page.locator("main code.secret").inner_text()
    own.look("at-desk", "/drafts/{draft}/at-desk".format(draft=draft))
    own.look("visit-prepared", f"/drafts/{draft}")
    desk = Looker(scene, "desk", session_of(registrar))
    desk.look("visits-prepared", "/office/visits")
    desk.look("prepared", "/office/prepared/{draft}".format(draft=draft))
    takes(registrar, number)
    opens_the_case(clerk_of(scene, "clerk", CLERK))
    follows(citizen)
    hands_over(citizen, own)
    found = Looker.found(own, desk)
    assert not found, "\n".join(found)


if __name__ == "__main__":
    run(journey)
