"""A citizen sends a letter with a map, without JavaScript: confirms it with the identity code, gets number
and receipt, finds it among the own letters, saves what was sent; and somebody else looks it up by number
and code. Every page of it is looked at on the way."""

import hashlib
import re
from pathlib import Path

from playwright.sync_api import expect

from barriers import Search, faults_in_html, look_at_both_widths, searcher
from citizen import (
    comes_to_the_desk,
    confirms_address,
    enters_first,
    registers,
    sees_the_document,
    session_of,
)
from journey import Scene, run
from people import Person

NAME = "Łucja Brzęczyszczykiewicz-Żółkiewska"
ADDRESS = "lucja@example.pl"
MATTER = "numer-porzadkowy-nieruchomosci"
MAP = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MAP_NAME = "Mapa do celów projektowych – działka 123-4, obręb Święta Lipka.pdf"


class Looker:
    """Looks at pages as somebody sees them, in both languages and widths."""

    def __init__(self, scene: Scene, token: str = ""):
        self._scene = scene
        self._token = token
        self.search = Search(scene.pictures)
        self.files: list[Path] = []

    def look(self, what: str, path: str, status: int = 200) -> None:
        for language in ("pl", "en"):
            options = {"token": self._token} if self._token else {}
            person = searcher(self._scene, f"{what}-{language}", language=language, **options)
            answer = person.page.goto(person.url + path)
            assert answer.status == status, (path, answer.status)
            file = self._scene.pictures / f"{what}-{language}.html"
            file.write_bytes(answer.body())
            self.files.append(file)
            look_at_both_widths(self.search, person, what)
            person.forgive_refused_forms()
            person.picture(self._scene.pictures, f"{what}-{language}", 3000)
            person.context.close()


def goes_on(citizen: Person) -> None:
    citizen.press(citizen.say("form-continue"), ".button-row")


def fills_in(citizen: Person, drawing: bytes = MAP) -> str:
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
    file = {"name": MAP_NAME, "mimeType": "application/pdf", "buffer": drawing}
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


def saves(citizen: Person, link: str, folder: Path) -> bytes:
    with citizen.page.expect_download() as download:
        citizen.page.locator(f"main a[href$='{link}']").click()
    file = folder / Path(link).name
    download.value.save_as(file)
    return file.read_bytes()


def journey(scene: Scene) -> None:
    citizen = scene.person("citizen", java_script_enabled=False, accept_downloads=True)
    registers(citizen, NAME, ADDRESS)
    reference = confirms_address(citizen, ADDRESS)
    registrar = scene.person("registrar", accept_downloads=True)
    comes_to_the_desk(registrar)
    slip = sees_the_document(registrar, reference, scene.pictures)
    enters_first(citizen, slip)
    own = Looker(scene, session_of(citizen))
    own.look("letters-empty", "/letters")
    draft = fills_in(citizen)
    own.look("send", "/drafts/{draft}/send".format(draft=draft))
    letter = sends(citizen, slip.code)
    number = citizen.page.locator("h1").inner_text()
    own.look("letter-sent", "/letters/{letter}".format(letter=letter) + "?sent=1")
    own.look("letters", "/letters")

    receipt = saves(citizen, "/papers/receipt.xml", scene.pictures)
    content = saves(citizen, "/papers/content.json", scene.pictures)
    assert hashlib.sha256(content).hexdigest().encode() in receipt, "the receipt names what was sent"
    assert hashlib.sha256(MAP).hexdigest().encode() in receipt, "and the map"
    assert saves(citizen, "/papers/receipt.pdf", scene.pictures).startswith(b"%PDF")
    with citizen.page.expect_download() as download:
        citizen.page.locator("main table th a").click()
    assert Path(download.value.path()).read_bytes() == MAP, "the very bytes"

    # What was sent is no draft any more.
    assert citizen.page.goto(f"{citizen.url}/drafts/{draft}/send").status == 404
    citizen.forgive_refused_forms()

    guest = scene.person("guest", java_script_enabled=False)
    code = citizen.open(f"/letters/{letter}").page.locator("dl code").first.inner_text()
    guest.open("/verify").fill({"number": number.lower().replace("/", "-"), "code": code.upper()})
    guest.press(guest.say("verify-letter-submit"), "main")
    guest.sees("main .notice", guest.say("verified-stands"))
    expect(guest.page.locator("body")).not_to_contain_text("Łucja")
    everyone = Looker(scene)
    place = "/verify/{number}".format(number=number.replace("/", "-"))
    everyone.look("verified", f"{place}?code={code}")

    found = own.search.found + everyone.search.found + faults_in_html(own.files + everyone.files)
    assert not found, "\n".join(found)


if __name__ == "__main__":
    run(journey)
