"""What axe finds on every page and in the states of the live pages, whether any is too wide, and what the
Nu checker finds in their HTML."""

import json
import os
import subprocess
from pathlib import Path

from playwright.sync_api import Page, Response

from citizen import settle
from journey import Scene, run
from people import PHONE, WIDE, Person
from room import DIALOG, FIELD, SUBMIT, bid, enter, is_accepted
from screens import LIVE, NOTHING_YET, STILL, Screen
from stage import Stage, prepare

MODULES = Path(__file__).parents[2] / "web-client" / "node_modules"
AXE = (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
CHECKER = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A folder that keeps a picture of every screen, for people to look at.
KEPT = os.environ.get("EBOK_SCREENS", "")
HEIGHT_MAX = 4_000
LOOKS = 3
# For axe a row is like the next; for the eye two hundred are not like ten.
BIDDERS = 200 if KEPT else 10
SCREENS = [(language, size) for language in ("pl", "en") for size in (WIDE, PHONE)]


class Search:
    """Gathers what is found, so that one run tells all of it."""

    def __init__(self, pictures: Path):
        self.found: list[str] = []
        self.looks = 0
        self._pictures = pictures

    def look(self, person: Person, what: str) -> None:
        """At what somebody's screen shows now."""
        self.looks += 1
        name = f"{what}-{person.say.language}-{person.page.viewport_size['width']}"
        if KEPT:
            person.picture(Path(KEPT), name, HEIGHT_MAX)
        found = [f"{name}: {sentence}" for sentence in faults(person.page)]
        if found:
            person.picture(self._pictures, name)
        self.found += found


def faults(page: Page) -> list[str]:
    """What stands at each of several looks: a live page may change while axe reads it."""
    found: list[str] = []
    for _ in range(LOOKS):
        found = faults_now(page)
        if not found:
            break
    return found


def faults_now(page: Page) -> list[str]:
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = [f"the page is {beyond} px too wide"] if beyond > 0 else []
    for violation in violations(page):
        nodes = "\n    ".join(node["html"][:200] + " " + node["failureSummary"] for node in violation["nodes"][:3])
        found.append(f"{violation['id']}: {violation['help']}\n    {nodes}")
    return found


def violations(page: Page) -> list[dict[str, object]]:
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    return page.evaluate("async options => (await axe.run(document, options)).violations", options)


def searcher(scene: Scene, name: str, **options: object) -> Person:
    """A person whose pages have axe in them, put there by the browser's driver, so that the pages' own
    policy for scripts stays in force."""
    person = scene.person(name, **options)
    person.context.add_init_script(AXE)
    return person


def faults_in_html(paths: list[Path]) -> list[str]:
    command = ["java", "-jar", str(CHECKER), "--errors-only", "--format", "json", *map(str, paths)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except FileNotFoundError:
        raise SystemExit("Java is missing: run `make setup` (apt-get install default-jre-headless)") from None
    said = [json.dumps(message, ensure_ascii=False) for message in json.loads(ran.stderr)["messages"]]
    assert said or ran.returncode == 0, "the checker did not finish"
    return said


def still_pages(scene: Scene, search: Search, stage: Stage, screens: dict[str, list[Screen]]) -> list[Path]:
    """What the server writes, in both languages and widths; gives the HTML as files."""
    files = []
    for role, those in screens.items():
        for language in ("pl", "en"):
            person = searcher(scene, f"{role}-{language}", language=language, token=stage.tokens[role])
            for screen in those:
                answer = arrive(person, screen, stage)
                if answer.status != screen.status:
                    search.found.append(f"{screen.name}-{language}: {answer.status} instead of {screen.status}")
                file = scene.pictures / f"{screen.name}-{language}.html"
                file.write_bytes(answer.body())
                files.append(file)
                look_at_both_widths(search, person, screen.name)
            person.forgive_refused_forms()
            person.context.close()
    return files


def look_at_both_widths(search: Search, person: Person, what: str) -> None:
    for width, height in (PHONE, WIDE):
        person.page.set_viewport_size({"width": width, "height": height})
        search.look(person, what)


def arrive(person: Person, screen: Screen, stage: Stage) -> Response:
    """Gives the answer that is shown."""
    page = person.page
    path = screen.route.format(**stage.places[screen.which])
    answer = page.goto(person.url + path + screen.query)
    if screen.act:
        with page.expect_navigation() as gone:
            screen.act(person)
        answer = gone.value
    return answer


def on_screens(scene: Scene, role: str, token: str, path: str) -> list[Person]:
    """Somebody at four screens at once: both languages, wide and narrow."""
    came = []
    for language, size in SCREENS:
        name = f"{role}-{language}-{size[0]}"
        came.append(searcher(scene, name, language=language, size=size, token=token).open(path))
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
    path = LIVE.format(auction=auction)
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


def at_rest(scene: Scene, search: Search, what: str, auction: str, tokens: dict[str, str], signs: dict[str, str]) -> None:
    """An auction that waits or is over, once everyone sees its sign, given as a place and a key."""
    for role in ("guest", "bidder", "officer"):
        for language in ("pl", "en"):
            person = searcher(scene, f"{role}-{what}-{language}", language=language, token=tokens[role])
            person.open(LIVE.format(auction=auction))
            for place, key in signs.items():
                person.sees(place, person.say(key))
            look_at_both_widths(search, person, f"{what}-{role}")
            person.context.close()


def journey(scene: Scene) -> None:
    search = Search(scene.pictures)
    nobody = Stage({"full": {}}, {"guest": "", "officer": scene.office.officer})
    files = still_pages(scene, search, nobody, NOTHING_YET)
    # Before the mail server has the notices to a crowd of bidders to take.
    citizens = settle(scene)
    stage = prepare(scene.office, BIDDERS)
    stage.places["full"] |= citizens.places.pop("full")
    stage = Stage(stage.places | citizens.places, stage.tokens | citizens.tokens)
    over = {".result": "result-title", ".result a": "log-link"}
    waiting = scene.person("waiting").open(LIVE.format(**stage.places["over"]))
    for place, key in over.items():
        waiting.sees(place, waiting.say(key))
    waiting.context.close()
    files += still_pages(scene, search, stage, STILL)
    live_pages(scene, search, stage.places["full"]["auction"], stage.tokens)
    at_rest(scene, search, "over", stage.places["over"]["auction"], stage.tokens, over)
    ahead = {".room-bar": "state-published"}
    at_rest(scene, search, "ahead", stage.places["ahead"]["auction"], stage.tokens, ahead)
    print(f"axe looked {search.looks} times, vnu at {len(files)} pages")
    found = search.found + faults_in_html(files)
    assert not found, "\n".join(found)


if __name__ == "__main__":
    run(journey)
