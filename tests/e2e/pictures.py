"""The README's pictures: the room, wide and at a phone, the cockpit, and the board; and of the demo's office
a clerk's queue and a citizen's case."""

import json
import os

from journey import Scene, run
from office import terms
from people import PHONE, Person
from room import FIELD, bid, enter, is_accepted


DEMO = json.loads(os.environ.get("EBOK_DEMO", "{}"))
CLERK = "Marek Lis"
CITIZEN = "Zofia Wzorcowa"


def of_the_demo(scene: Scene, name: str) -> Person:
    """Somebody of the demo's office, logged in."""
    login = next(login for login in DEMO["logins"] if login["who"] == name)
    person = scene.person(name, url=DEMO["url"]).open("/login")
    person.fill({"login": login["login"], "password": login["password"]})
    person.press(person.say("log-in"), "main")
    person.page.wait_for_url(lambda url: "/login" not in url)
    return person


def of_the_office(scene: Scene) -> None:
    clerk = of_the_demo(scene, CLERK).open("/office")
    clerk.picture(scene.pictures, "queue", 900)
    citizen = of_the_demo(scene, CITIZEN).open("/cases")
    answered = citizen.page.locator("main tr", has_text=citizen.say("case-state-answered"))
    answered.locator("a").first.click()
    citizen.picture(scene.pictures, "case", 900)


def journey(scene: Scene) -> None:
    of_the_office(scene)
    office = scene.office
    office.open_tender()
    firms = [office.add_firm(0), office.add_firm(1)]
    title = {"pl": "Koszenie i pielęgnacja trawników", "en": "Mowing and care of lawns"}
    lot = office.add_lot("1", title, terms(1_800))
    for firm, price in zip(firms, (118_450, 120_000)):
        office.admit(lot, firm, price)
    auction = office.publish(lot, opens_in_s=2)
    path = f"/auctions/{auction}"

    first = scene.person("first", token=firms[0].token).open(path)
    second = scene.person("second", token=firms[1].token).open(path)
    officer = scene.person("officer", token=office.officer).open(path)
    enter(first)
    enter(second)
    for bidder, price in ((second, 117_500), (first, 116_800), (second, 115_900), (first, 115_000), (second, 114_200)):
        bid(bidder, price)
        is_accepted(bidder, price)
    first.sees(".position", first.say("own-overtaken"))
    phone = scene.person("phone", size=PHONE, token=firms[0].token).open(path)
    board = scene.person("board").open("/tenders")
    for person in (first, phone):
        person.page.fill(FIELD, person.say.number(113_700))
        person.page.wait_for_selector("#bid-preview > *")
    officer.sees(".feed", officer.say.amount(114_200))
    for person, name in ((first, "room"), (phone, "room-phone"), (officer, "cockpit"), (board, "board")):
        person.page.evaluate("document.fonts.ready.then(() => undefined)")
        person.picture(scene.pictures, name)


if __name__ == "__main__":
    run(journey)
