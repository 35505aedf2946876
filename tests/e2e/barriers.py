"""What axe finds on every page and in the states of the live pages, and the Nu checker in their HTML."""

import json
import subprocess
from pathlib import Path

from playwright.sync_api import Page

from journey import Scene, run
from office import FIRMS, terms
from people import PHONE, WIDE, Person
from room import DIALOG, FIELD, SUBMIT, bid, enter, is_accepted

MODULES = Path(__file__).parents[2] / "web-client" / "node_modules"
AXE = (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
CHECKER = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENS = [(language, size) for language in ("pl", "en") for size in (WIDE, PHONE)]


class Search:
    """Gathers what is found, so that one run tells all of it."""

    def __init__(self, pictures: Path):
        self.found: list[str] = []
        self.pages = 0
        self._pictures = pictures

    def look(self, person: Person, what: str) -> None:
        """At what somebody's screen shows now."""
        self.pages += 1
        name = f"{what}-{person.say.language}-{person.page.viewport_size['width']}"
        person.picture(self._pictures, name)
        for violation in violations(person.page):
            nodes = "\n    ".join(node["html"][:200] + " " + node["failureSummary"] for node in violation["nodes"][:3])
            self.found.append(f"{name}: {violation['id']}: {violation['help']}\n    {nodes}")


def violations(page: Page) -> list[dict[str, object]]:
    """Evaluated by the browser's driver, so the pages' own policy for scripts stays in force."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    return page.evaluate("options => axe.run(document, options)", options)["violations"]


def check_html(paths: list[Path]) -> None:
    command = ["java", "-jar", str(CHECKER), "--errors-only", "--format", "json", *map(str, paths)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except FileNotFoundError:
        raise SystemExit("Java is missing: run `make setup` (apt-get install default-jre-headless)") from None
    said = json.loads(ran.stderr)["messages"]
    assert not said and ran.returncode == 0, json.dumps(said, indent=1, ensure_ascii=False)


def still_pages(scene: Scene, search: Search, tokens: dict[str, str]) -> list[Path]:
    """Every page that the server writes, in both languages; gives their HTML as files."""
    tender = scene.office.tender
    of_all = ["/tenders", f"/tenders/{tender}", "/login", "/accessibility", "/style", "/no-such-page"]
    of_role = {"guest": of_all, "bidder": ["/", "/password", "/sessions"], "officer": ["/", "/sessions"]}
    files = []
    for role, paths in of_role.items():
        for language, size in SCREENS:
            person = scene.person(f"{role}-{language}-{size[0]}", language=language, size=size, token=tokens[role])
            for path in paths:
                answer = person.page.goto(person.url + path)
                name = f"{role}{path.replace('/', '-').replace(tender, 'one')}"
                search.look(person, name)
                if size == WIDE:
                    file = scene.pictures / f"{name}-{language}.html"
                    file.write_bytes(answer.body())
                    files.append(file)
            if role == "guest":
                person.open("/login").press(person.say("log-in"), "main")
                person.sees("main", person.say("error-summary"))
                search.look(person, "guest-login-with-errors")
                person.forgive_refused_forms()
            person.context.close()
    return files


def on_screens(scene: Scene, role: str, token: str, path: str) -> list[Person]:
    """Somebody at four screens at once: both languages, wide and narrow."""
    came = []
    for language, size in SCREENS:
        name = f"{role}-{language}-{size[0]}"
        came.append(scene.person(name, language=language, size=size, token=token).open(path))
    return came


def show_course(person: Person) -> None:
    """A narrow page has it behind a tab."""
    if person.page.viewport_size["width"] == PHONE[0]:
        person.page.get_by_role("tab", name=person.say("tab-feed")).click()


def show_first(person: Person) -> None:
    if person.page.viewport_size["width"] == PHONE[0]:
        person.page.get_by_role("tab").first.click()


def in_dialogs(search: Search, person: Person, what: str, openers: list[str]) -> None:
    """Looks at each dialog that a button of the page opens."""
    for number, opener in enumerate(openers):
        person.page.locator(opener).first.click()
        person.page.wait_for_selector(DIALOG)
        search.look(person, f"{what}-dialog-{number}")
        person.page.keyboard.press("Escape")
        person.page.wait_for_selector(DIALOG, state="detached")


def bidders_room(search: Search, bidders: list[Person]) -> None:
    for person in bidders:
        search.look(person, "room-terms")
    enter(bidders[0])
    bid(bidders[0], 118_300)
    bidders[0].sees(".bid-answer", bidders[0].say("bid-refused"))
    search.look(bidders[0], "room-refused")
    bid(bidders[0], 117_000)
    is_accepted(bidders[0], 117_000)
    for person in bidders:
        person.page.wait_for_selector(FIELD)
        person.page.fill(FIELD, person.say.number(60_000))
        person.sees("#bid-preview", person.say("preview-confirm"))
        search.look(person, "room-typed")
        in_dialogs(search, person, "room", [SUBMIT, ".room-bar-lot button.link-button"])
        show_course(person)
        search.look(person, "room-course")
        for fold in person.page.locator("[aria-expanded=false]").all():
            fold.click()
        search.look(person, "room-unfolded")
        show_first(person)


def cockpit(search: Search, officers: list[Person]) -> None:
    for person in officers:
        person.page.wait_for_selector(".act-bar")
        search.look(person, "cockpit")
        in_dialogs(search, person, "cockpit", [".act-bar button", ".cockpit table button"])
        show_course(person)
        search.look(person, "cockpit-course")
        show_first(person)


def live_pages(scene: Scene, search: Search, auction: str, tokens: dict[str, str]) -> None:
    path = f"/auctions/{auction}"
    bidders = on_screens(scene, "bidder", tokens["bidder"], path)
    officers = on_screens(scene, "officer", scene.office.officer, path)
    observers = on_screens(scene, "observer", "", path)
    everyone = [*bidders, *officers, *observers]
    for person in everyone:
        person.page.wait_for_selector(".room-bar")
    bidders_room(search, bidders)
    cockpit(search, officers)
    for person in observers:
        search.look(person, "watched")
    acts = f"/api{path}/acts"
    scene.office.post(acts, {"type": "pause", "reason": "Przerwa"})
    for person in everyone:
        person.sees(".bands .notice", person.say("paused-band"))
        search.look(person, f"paused-{person.name.split('-')[0]}")
    bidders[0].context.set_offline(True)
    bidders[0].sees(".bands .notice", bidders[0].say("link-lost-band"))
    search.look(bidders[0], "link-lost")
    bidders[0].context.set_offline(False)
    bidders[0].sees(".link-pill", bidders[0].say.before("link-connected"))
    bidders[0].forgive_lost_link()
    scene.office.post(acts, {"type": "resume", "notice_ms": 1_000, "reason": "Po przerwie"})


def results(scene: Scene, search: Search, auction: str, tokens: dict[str, str]) -> None:
    for role, token in tokens.items():
        for person in on_screens(scene, f"{role}-after", token, f"/auctions/{auction}"):
            person.sees(".result", person.say("result-title"))
            person.sees(".result a", person.say("log-link"))
            search.look(person, f"result-{role}")
            person.context.close()


def journey(scene: Scene) -> None:
    office = scene.office
    search = Search(scene.pictures)
    office.open_tender()
    firms = [office.add_firm(index) for index in range(len(FIRMS))]
    auctions = []
    for number, length_s in (("1", 600), ("2", 3)):
        title = {"pl": f"Koszenie i pielęgnacja trawników, rejon {number}", "en": f"Mowing, district {number}"}
        lot = office.add_lot(number, title, terms(length_s))
        for firm, price in zip(firms, (118_450, 120_000)):
            office.admit(lot, firm, price)
        auctions.append(office.publish(lot, opens_in_s=2))
    tokens = {"guest": "", "bidder": firms[0].token, "officer": office.officer}
    files = still_pages(scene, search, tokens)
    live_pages(scene, search, auctions[0], tokens)
    results(scene, search, auctions[1], tokens)
    print(f"axe looked at {search.pages} screens, vnu at {len(files)} pages")
    assert not search.found, "\n".join(search.found)
    check_html(files)


if __name__ == "__main__":
    run(journey)
