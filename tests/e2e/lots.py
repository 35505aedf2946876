"""One bidder in three lots that open one after another: keys, alarm and what was typed."""

import re

from playwright.sync_api import expect

from journey import Scene, run
from office import terms
from people import Person
from room import FIELD, bid, enter, is_accepted

TITLES = (
    {"pl": "Koszenie trawników", "en": "Mowing of lawns"},
    {"pl": "Przycinanie drzew i krzewów w pasach drogowych dróg powiatowych", "en": "Pruning of trees"},
    {"pl": "Nasadzenia", "en": "Planting"},
)


def shows(person: Person, index: int) -> None:
    """The lot that the page shows is this one."""
    expect(person.page.locator(".room-bar h1")).to_have_text(TITLES[index][person.say.language])
    expect(person.page.locator(".lot-button").nth(index)).to_have_attribute("aria-current", "true")


def journey(scene: Scene) -> None:
    office = scene.office
    office.open_tender()
    firms = [office.add_firm(0), office.add_firm(1)]
    auctions = []
    for index, title in enumerate(TITLES):
        lot = office.add_lot(str(index + 1), title, terms(120))
        for firm, price in zip(firms, (118_450, 120_000)):
            office.admit(lot, firm, price)
        auctions.append(office.publish(lot, opens_in_s=6 + 4 * index))

    three = scene.person("three", token=firms[0].token).open(f"/auctions/{auctions[0]}")
    rival = scene.person("rival", token=firms[1].token).open(f"/auctions/{auctions[0]}")
    expect(three.page.locator(".lot-button")).to_have_count(3)
    for index in range(3):
        three.page.locator(".lot-button").nth(index).click()
        enter(three)
        shows(three, index)
    three.page.keyboard.press("Alt+PageDown")
    shows(three, 0)

    # What is typed in one lot stays there while another is shown, and nothing of it goes over.
    three.page.fill(FIELD, "117 000")
    three.page.keyboard.press("Alt+PageDown")
    shows(three, 1)
    expect(three.page.locator(FIELD)).to_have_value("")
    expect(three.page.locator(FIELD)).to_be_focused()
    bid(three, 116_000)
    is_accepted(three, 116_000)

    # Somebody else goes below in the lot that is not shown.
    enter(rival)
    bid(rival, 115_000)
    is_accepted(rival, 115_000)
    first = three.page.locator(".lot-button").first
    expect(first).to_contain_text(three.say("lot-overtaken"))
    expect(three.page).to_have_title(re.compile(re.escape(three.say("title-overtaken", lot=three.say("lot", number="1")))))
    three.page.keyboard.press("Alt+PageUp")
    shows(three, 0)
    expect(three.page.locator(FIELD)).to_have_value("117 000")
    expect(three.page.locator(FIELD)).to_be_focused()
    bid(three, 114_000)
    is_accepted(three, 114_000)
    expect(first).not_to_contain_text(three.say("lot-overtaken"))
    three.page.keyboard.press("Alt+PageUp")
    shows(three, 2)


if __name__ == "__main__":
    run(journey)
