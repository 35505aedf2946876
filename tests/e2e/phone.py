"""A bid on a screen of 360 × 740: nothing runs over its side, and the form stays in reach."""

from playwright.sync_api import expect

from journey import Scene, run
from office import terms
from people import PHONE, Person
from room import DIALOG, FIELD, SUBMIT, bid, enter, is_accepted


def fits(person: Person) -> None:
    """No scrolling to the side, and what is docked lies within the screen."""
    beyond = person.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert beyond <= 0, f"the page is {beyond} px too wide"


def journey(scene: Scene) -> None:
    office = scene.office
    office.open_tender()
    lot = office.add_lot("1", {"pl": "Koszenie trawników", "en": "Mowing of lawns"}, terms(300))
    firms = [office.add_firm(0), office.add_firm(1)]
    for firm, price in zip(firms, (120_000, 118_450)):
        office.admit(lot, firm, price)
    auction = office.publish(lot, opens_in_s=2)

    person = scene.person("phone", size=PHONE, has_touch=True, token=firms[0].token)
    person.open(f"/auctions/{auction}")
    fits(person)
    enter(person)
    fits(person)
    for control in (FIELD, SUBMIT):
        expect(person.page.locator(control)).to_be_in_viewport(ratio=1)
        assert person.page.locator(control).bounding_box()["height"] >= 48, control
    bid(person, 118_000)
    is_accepted(person, 118_000)
    fits(person)
    bid(person, 60_000)
    sheet = person.page.locator(DIALOG)
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert (box["width"], box["height"]) == PHONE, f"the confirmation fills the screen: {box}"
    person.page.locator(f"{DIALOG} input").fill("60 000")
    person.press(person.say("confirm-submit", offer=person.say.amount(60_000)), DIALOG)
    is_accepted(person, 60_000)
    for tab in ("tab-feed", "tab-attempts", "tab-offer"):
        person.page.get_by_role("tab", name=person.say(tab)).tap()
        fits(person)


if __name__ == "__main__":
    run(journey)
