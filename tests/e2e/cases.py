"""A citizen's letter becomes a case: a clerk opens it, asks a colleague, replies with approval; the
citizen reads the reply, the course of the case and who looked at it. Without JavaScript, and every page is
looked at on the way."""

import os
import re

from playwright.sync_api import expect

from barriers import faults_in_html
from citizen import comes_to_the_desk, confirms_address, enters, enters_first, registers, sees_the_document, session_of
from journey import Scene, run
from letters import Looker, fills_in, sends
from people import Person

NAME = "Łucja Brzęczyszczykiewicz-Żółkiewska"
ADDRESS = "lucja@example.pl"
CLERK = os.environ.get("EBOK_CLERK", ":").split(":")
HEAD = os.environ.get("EBOK_HEAD", ":").split(":")
COLLEAGUE = os.environ.get("EBOK_COLLEAGUE", ":").split(":")
REPLY = "Budynkowi przy ul. Polnej nadano numer porządkowy 12A.\n\nTabliczkę należy umieścić w ciągu 30 dni."


def clerk_of(scene: Scene, name: str, login: list[str]) -> Person:
    person = scene.person(name, java_script_enabled=False, accept_downloads=True)
    enters(person, *login)
    person.open("/office")
    person.sees("h1", person.say("queue"))
    return person


def place(person: Person, pattern: str) -> str:
    return re.search(pattern, person.page.url)[1]


def journey(scene: Scene) -> None:
    citizen = scene.person("citizen", java_script_enabled=False, accept_downloads=True)
    registers(citizen, NAME, ADDRESS)
    reference = confirms_address(citizen, ADDRESS)
    registrar = scene.person("registrar", accept_downloads=True)
    comes_to_the_desk(registrar)
    slip = sees_the_document(registrar, reference, scene.pictures)
    enters_first(citizen, slip)
    own = Looker(scene, session_of(citizen))
    own.look("cases-empty", "/cases")
    own.look("access-empty", "/account/access")
    fills_in(citizen)
    letter = sends(citizen, slip.code)

    clerk = clerk_of(scene, "clerk", CLERK)
    office = Looker(scene, session_of(clerk))
    office.look("queue", "/office")
    clerk.page.locator("main table a").first.click()
    assert place(clerk, r"/office/letters/([^/?]+)") == letter
    expect(clerk.page.locator("main")).to_contain_text("123/4")
    office.look("office-letter", "/office/letters/{letter}".format(letter=letter))
    office.look("letter-open", "/office/letters/{letter}/open".format(letter=letter))
    office.look("letter-join", "/office/letters/{letter}/join".format(letter=letter))
    office.look("letter-hand-over", "/office/letters/{letter}/hand-over".format(letter=letter))
    clerk.follow("desk-letter-open-case")
    clerk.press(clerk.say("desk-letter-open-case-do"), "main")
    case = place(clerk, r"/office/cases/([^/?]+)")
    expect(clerk.page.locator("main .is-sign").first).to_have_text(re.compile(r"^WGiGN\.6624\.1\.\d{4}$"))
    office.look("office-case", "/office/cases/{case}".format(case=case))
    office.look("case-direct", "/office/cases/{case}/direct".format(case=case))
    office.look("case-give-back", "/office/cases/{case}/give-back".format(case=case))
    office.look("case-deadline", "/office/cases/{case}/deadline".format(case=case))
    office.look("case-close", "/office/cases/{case}/close".format(case=case))
    office.look("case-reply", "/office/cases/{case}/reply".format(case=case))

    clerk.follow("case-direct")
    clerk.page.get_by_label("Ogrodnik miejski").check()
    clerk.press(clerk.say("case-direct-do"), "main")
    clerk.sees("main", clerk.say("error-summary"))
    clerk.forgive_refused_forms()
    clerk.fill({"note": "Czy przy budynku rosną drzewa pod ochroną?"})
    clerk.press(clerk.say("case-direct-do"), "main")
    colleague = clerk_of(scene, "colleague", COLLEAGUE)
    asked = Looker(scene, session_of(colleague))
    asked.look("queue-asked", "/office")
    colleague.page.locator("main table a").first.click()
    opinion = place(colleague, r"/opinions/([^/?]+)")
    asked.look("opinion", "/office/cases/{case}/opinions/{opinion}".format(case=case, opinion=opinion))
    colleague.fill({"answer": "Nie rosną."})
    colleague.press(colleague.say("opinion-give-do"), "main")

    clerk.open(f"/office/cases/{case}")
    expect(clerk.page.locator("main")).to_contain_text("Nie rosną.")
    clerk.open(f"/office/cases/{case}/reply?template=granted")
    clerk.fill({"body": REPLY})
    clerk.press(clerk.say("reply-submit"), "main")
    clerk.sees("main", clerk.say("reply-waits"))
    office.look("office-case-waits", "/office/cases/{case}".format(case=case))
    head = clerk_of(scene, "head", HEAD)
    second = Looker(scene, session_of(head))
    second.look("reply-approve", "/office/cases/{case}/approve".format(case=case))
    head.open(f"/office/cases/{case}")
    head.follow("reply-read")
    head.press(head.say("reply-approve"), "main")
    expect(head.page.locator("main")).to_contain_text("RPWY/000001/")
    office.look("cases-found", "/office/cases")
    office.look("people", "/office/people")
    office.look("report", "/office/report")

    citizen.open("/cases")
    own.look("cases", "/cases")
    citizen.page.locator("main table a").first.click()
    own.look("case", "/cases/{case}".format(case=case))
    expect(citizen.page.locator("main .timeline li")).to_have_count(3)
    expect(citizen.page.locator("main")).not_to_contain_text("Nie rosną.")
    with citizen.page.expect_download() as download:
        citizen.page.locator("main table a[download]").first.click()
    file = scene.pictures / "reply.pdf"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF")
    own.look("access", "/account/access")

    clerk.open(f"/office/cases/{case}/close")
    clerk.fill({"outcome": "Ustalono numer porządkowy 12A."})
    clerk.press(clerk.say("case-close-do"), "main")
    citizen.open(f"/cases/{case}")
    citizen.sees("main", citizen.say("case-state-closed"))

    lookers = (own, office, second, asked)
    files = [file for looker in lookers for file in looker.files]
    found = [fault for looker in lookers for fault in looker.search.found] + faults_in_html(files)
    assert not found, "\n".join(found)


if __name__ == "__main__":
    run(journey)
