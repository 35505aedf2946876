"""The whole way of a matter without JavaScript: a citizen registers, shows the identity document at the
office, sends *numer porządkowy nieruchomości* with a map and the code from the slip, has the receipt checked
by openssl and by a guest who has number and code; a clerk decides on the signature of the map, opens the case,
asks a colleague and replies with approval of the head; the citizen reads the reply, the course of the case and who looked at it. Every page
of it is looked at on the way."""

import hashlib
import os
import re
import subprocess
import time
from pathlib import Path

from playwright.sync_api import expect

from citizen import (
    comes_to_the_desk,
    confirms_address,
    enters,
    enters_first,
    registers,
    sees_the_document,
    session_of,
)
from journey import Scene, run
from looker import Looker
from people import Person
from signed import signed_pdf

NAME = "Łucja Brzęczyszczykiewicz-Żółkiewska"
ADDRESS = "lucja@example.pl"
MAP = signed_pdf(NAME)
MATTER = "numer-porzadkowy-nieruchomosci"
MAP_NAME = "Mapa do celów projektowych – działka 123-4, obręb Święta Lipka.pdf"
CLERK = os.environ.get("EBOK_CLERK", ":").split(":")
HEAD = os.environ.get("EBOK_HEAD", ":").split(":")
COLLEAGUE = os.environ.get("EBOK_COLLEAGUE", ":").split(":")
# Vouches for the time-stamping authority.
ANCHOR = os.environ.get("EBOK_TSA_ANCHOR", "")
DONE_WITHIN_S = 30
REPLY = "Budynkowi przy ul. Polnej nadano numer porządkowy 12A.\n\nTabliczkę należy umieścić w ciągu 30 dni."


def goes_on(citizen: Person) -> None:
    citizen.press(citizen.say("form-continue"), ".button-row")


def fills_in(citizen: Person) -> str:
    """Gives the draft."""
    citizen.open(f"/matters/{MATTER}")
    citizen.press(citizen.say("matter-begin"), ".start")
    draft = re.search(r"/drafts/([^/]+)", citizen.page.url)[1]
    citizen.fill({
        "applicant.given_names": "Łucja", "applicant.family_name": "Brzęczyszczykiewicz-Żółkiewska",
        "address.house": "5/7", "address.postcode": "85-102", "address.place": "Bydgoszcz",
    })
    citizen.page.check("[name=title_to_land][value=owner]")
    goes_on(citizen)
    citizen.fill({"street": "Polna", "precinct": "0145", "plot": "123/4"})
    goes_on(citizen)
    citizen.page.check("[name='buildings.0.use'][value=house]")
    citizen.page.check("[name='buildings.0.state'][value=built]")
    goes_on(citizen)
    file = {"name": MAP_NAME, "mimeType": "application/pdf", "buffer": MAP}
    citizen.page.set_input_files("[id='map']", file)
    goes_on(citizen)
    citizen.sees("main", citizen.say("summary-complete"))
    return draft


def sends(citizen: Person, code: str) -> str:
    """With a wrong code first; gives the letter."""
    citizen.follow("summary-send")
    citizen.fill({"code": "aaaa-bbbb-cccc"})
    citizen.press(citizen.say("send-submit"), "main")
    citizen.sees("main", citizen.say("error-summary"))
    citizen.forgive_refused_forms()
    citizen.fill({"code": code.upper()})
    citizen.press(citizen.say("send-submit"), "main")
    citizen.sees("main .notice", citizen.say("letter-sent"))
    expect(citizen.page.locator("h1")).to_have_text(re.compile(r"^RPW/\d{6}/\d{4}$"))
    return re.search(r"/letters/([^?]+)", citizen.page.url)[1]


def saves(citizen: Person, selector: str, file: Path) -> bytes:
    with citizen.page.expect_download() as download:
        citizen.page.locator(selector).first.click()
    download.value.save_as(file)
    return file.read_bytes()


def paper(citizen: Person, name: str, folder: Path) -> bytes:
    return saves(citizen, f"main a[href$='/papers/{name}']", folder / name)


def has_the_receipt_checked(citizen: Person, folder: Path) -> None:
    """By openssl, once the authority has stamped it."""
    receipt = paper(citizen, "receipt.xml", folder)
    content = paper(citizen, "content.json", folder)
    assert hashlib.sha256(content).hexdigest().encode() in receipt, "the receipt names what was sent"
    assert hashlib.sha256(MAP).hexdigest().encode() in receipt, "and the map"
    assert paper(citizen, "receipt.pdf", folder).startswith(b"%PDF")
    assert saves(citizen, "main table th a", folder / "map.pdf") == MAP, "the very bytes"
    until = time.monotonic() + DONE_WITHIN_S
    while not citizen.page.locator("main a[href$='/papers/receipt.tst']").count():
        assert time.monotonic() < until, "no stamp came"
        citizen.page.reload()
    paper(citizen, "receipt.tst", folder)
    words = ["openssl", "ts", "-verify", "-data", "receipt.xml", "-in", "receipt.tst", "-token_in", "-CAfile", ANCHOR]
    said = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert "Verification: OK" in said.stdout + said.stderr, said


def checks(guest: Person, number: str, code: str) -> None:
    """Somebody else, who has number and code; the page names nobody."""
    guest.open("/verify").fill({"number": number.lower().replace("/", "-"), "code": code.upper()})
    guest.press(guest.say("verify-letter-submit"), "main")
    guest.sees("main .notice", guest.say("verified-stands"))
    expect(guest.page.locator("body")).not_to_contain_text("Łucja")


def clerk_of(scene: Scene, name: str, login: list[str]) -> Person:
    person = scene.person(name, java_script_enabled=False, accept_downloads=True)
    enters(person, *login)
    person.open("/office")
    person.sees("h1", person.say("queue"))
    return person


def place(person: Person, pattern: str) -> str:
    return re.search(pattern, person.page.url)[1]


def opens_the_case(clerk: Person, office: Looker, letter: str) -> str:
    """Gives the case."""
    office.look("queue", "/office")
    clerk.page.locator("main table a").first.click()
    assert place(clerk, r"/office/letters/([^/?]+)") == letter
    expect(clerk.page.locator("main")).to_contain_text("123/4")
    clerk.sees("main .facts", clerk.say("confirmed-identity-code"))
    office.look("office-letter", "/office/letters/{letter}".format(letter=letter))
    decides(clerk, office, letter)
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
    return case


def decides(clerk: Person, office: Looker, letter: str) -> None:
    """Accepts a signature by an authority that the office does not know."""
    clerk.page.locator("main details.signatures summary").click()
    expect(clerk.page.locator("main details.signatures")).to_contain_text("NO_CERTIFICATE_CHAIN_FOUND")
    clerk.page.locator("main a[href*='/signatures/']").click()
    document = place(clerk, r"/signatures/([^/?]+)")
    office.look(
        "signature-decide",
        "/office/letters/{letter}/signatures/{document}".format(letter=letter, document=document),
    )
    clerk.press(clerk.say("signature-accept"), "main")
    clerk.sees("main", clerk.say("error-summary"))
    clerk.forgive_refused_forms()
    clerk.fill({"reason": "Znamy ten podpis z wcześniejszych pism."})
    clerk.press(clerk.say("signature-accept"), "main")
    clerk.sees("main", clerk.say("signature-accepted"))
    office.look("office-letter-decided", "/office/letters/{letter}".format(letter=letter))
    office.look("signatures-again", "/office/letters/{letter}/signatures".format(letter=letter))


def waits_for(person: Person, path: str, what: str) -> None:
    """Until the server has done it in the background."""
    until = time.monotonic() + DONE_WITHIN_S
    while not person.open(path).page.locator(what).count():
        assert time.monotonic() < until, (path, what)


def asks_a_colleague(clerk: Person, colleague: Person, asked: Looker) -> None:
    """First without a question."""
    clerk.follow("case-direct")
    clerk.page.get_by_label("Ogrodnik miejski").check()
    clerk.press(clerk.say("case-direct-do"), "main")
    clerk.sees("main", clerk.say("error-summary"))
    clerk.forgive_refused_forms()
    clerk.fill({"note": "Czy przy budynku rosną drzewa pod ochroną?"})
    clerk.press(clerk.say("case-direct-do"), "main")
    case = place(clerk, r"/office/cases/([^/?]+)")
    colleague.open("/office")
    asked.look("queue-asked", "/office")
    colleague.page.locator("main table a").first.click()
    opinion = place(colleague, r"/opinions/([^/?]+)")
    asked.look("opinion", "/office/cases/{case}/opinions/{opinion}".format(case=case, opinion=opinion))
    colleague.fill({"answer": "Nie rosną."})
    colleague.press(colleague.say("opinion-give-do"), "main")


def replies(clerk: Person, office: Looker, head: Person, second: Looker, case: str) -> None:
    """With approval by the head."""
    clerk.open(f"/office/cases/{case}")
    expect(clerk.page.locator("main")).to_contain_text("Nie rosną.")
    clerk.open(f"/office/cases/{case}/reply?template=granted")
    clerk.fill({"body": REPLY})
    clerk.press(clerk.say("reply-submit"), "main")
    clerk.sees("main", clerk.say("reply-waits"))
    office.look("office-case-waits", "/office/cases/{case}".format(case=case))
    second.look("reply-approve", "/office/cases/{case}/approve".format(case=case))
    head.open(f"/office/cases/{case}")
    head.follow("reply-read")
    head.press(head.say("reply-approve"), "main")
    expect(head.page.locator("main")).to_contain_text("RPWY/000001/")
    office.look("cases-found", "/office/cases")
    office.look("people", "/office/people")
    office.look("report", "/office/report")


def reports(clerk: Person, folder: Path) -> None:
    """Of one department: one letter, online, answered on the same day and in time."""
    clerk.open("/office/report").page.locator("#unit").select_option("WGiGN")
    clerk.press(clerk.say("report-show"), "main")
    clerk.sees("main .bars", "100%")
    assert b",WGiGN,1,1,1,1,0,0\r\n" in saves(clerk, "main a[download]", folder / "report.csv")


def reads_the_reply(citizen: Person, own: Looker, case: str, folder: Path) -> None:
    citizen.open("/cases")
    own.look("cases", "/cases")
    citizen.page.locator("main table a").first.click()
    own.look("case", "/cases/{case}".format(case=case))
    expect(citizen.page.locator("main .timeline li")).to_have_count(3)
    expect(citizen.page.locator("main")).not_to_contain_text("Nie rosną.")
    assert saves(citizen, "main table a[download]", folder / "reply.pdf").startswith(b"%PDF")
    own.look("access", "/account/access")


def journey(scene: Scene) -> None:
    citizen = scene.person("citizen", java_script_enabled=False, accept_downloads=True)
    registers(citizen, NAME, ADDRESS)
    reference = confirms_address(citizen, ADDRESS)
    registrar = scene.person("registrar", java_script_enabled=False, accept_downloads=True)
    comes_to_the_desk(registrar)
    slip = sees_the_document(registrar, reference, scene.pictures)
    enters_first(citizen, slip)
    own = Looker(scene, "own", session_of(citizen))
    own.look("letters-empty", "/letters")
    own.look("cases-empty", "/cases")
    own.look("access-empty", "/account/access")
    draft = fills_in(citizen)
    own.look("send", "/drafts/{draft}/send".format(draft=draft))
    letter = sends(citizen, slip.code)
    number = citizen.page.locator("h1").inner_text()
    has_the_receipt_checked(citizen, scene.pictures)
    own.look("letter-sent", "/letters/{letter}".format(letter=letter) + "?sent=1")
    own.look("letters", "/letters")
    waits_for(citizen, f"/letters/{letter}", ".signatures")
    own.look("letter-signed", "/letters/{letter}".format(letter=letter))
    # What was sent is no draft any more.
    assert citizen.page.goto(f"{citizen.url}/drafts/{draft}/send").status == 404
    citizen.forgive_refused_forms()

    code = citizen.open(f"/letters/{letter}").page.locator("dl code").first.inner_text()
    checks(scene.person("guest", java_script_enabled=False), number, code)
    everyone = Looker(scene, "everyone")
    verified = "/verify/{number}".format(number=number.replace("/", "-"))
    everyone.look("verified", f"{verified}?code={code}")

    clerk = clerk_of(scene, "clerk", CLERK)
    office = Looker(scene, "office", session_of(clerk))
    case = opens_the_case(clerk, office, letter)
    colleague = clerk_of(scene, "colleague", COLLEAGUE)
    asked = Looker(scene, "asked", session_of(colleague))
    asks_a_colleague(clerk, colleague, asked)
    head = clerk_of(scene, "head", HEAD)
    second = Looker(scene, "second", session_of(head))
    replies(clerk, office, head, second, case)
    reports(clerk, scene.pictures)
    reads_the_reply(citizen, own, case, scene.pictures)

    clerk.open(f"/office/cases/{case}/close")
    clerk.fill({"outcome": "Ustalono numer porządkowy 12A."})
    clerk.press(clerk.say("case-close-do"), "main")
    citizen.open(f"/cases/{case}")
    citizen.sees("main", citizen.say("case-state-closed"))
    found = Looker.found(own, everyone, office, second, asked)
    assert not found, "\n".join(found)


if __name__ == "__main__":
    run(journey)
