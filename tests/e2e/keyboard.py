"""A bidder without a mouse: log-in, own password, terms, a bid, a confirmed one, a look at the chart."""

from playwright.sync_api import expect

from firm import OWN_PASSWORD
from journey import Scene, run
from office import terms
from people import Person
from room import DIALOG, FIELD, SUBMIT, is_accepted

STEPS_MAX = 60


def tab_to(person: Person, selector: str) -> None:
    """Goes on with Tab until the focus is there and can be seen."""
    target = person.page.locator(selector).first
    target.wait_for()
    for _ in range(STEPS_MAX):
        if target.evaluate("element => element === document.activeElement"):
            shown = target.evaluate("element => getComputedStyle(element).outlineStyle")
            assert shown != "none", f"the focus on {selector} cannot be seen"
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab")


def types(person: Person, selector: str, text: str) -> None:
    tab_to(person, selector)
    person.page.keyboard.type(text)


def journey(scene: Scene) -> None:
    office = scene.office
    office.open_tender()
    lot = office.add_lot("1", {"pl": "Koszenie trawników", "en": "Mowing of lawns"}, terms(300))
    firm, rival = office.add_firm(0, has_logged_in=False), office.add_firm(1)
    office.admit(lot, firm, 118_450)
    office.admit(lot, rival, 120_000)
    auction = office.publish(lot, opens_in_s=2)

    person = scene.person("keyboard").open(f"/auctions/{auction}")
    keyboard = person.page.keyboard
    if "/login" not in person.page.url:
        person.open(f"/login?next=/auctions/{auction}")
    types(person, "#login", firm.login)
    types(person, "#password", firm.password)
    keyboard.press("Enter")
    person.page.wait_for_url("**/password")
    types(person, "#password", firm.password)
    types(person, "#new_password", OWN_PASSWORD)
    types(person, "#repeated", OWN_PASSWORD)
    keyboard.press("Enter")
    tab_to(person, f"a[href='/auctions/{auction}']")
    keyboard.press("Enter")

    tab_to(person, ".terms-step .room-dock button")
    keyboard.press("Space")
    tab_to(person, ".step-buttons button")
    keyboard.press("Enter")
    tab_to(person, SUBMIT)
    keyboard.press("Enter")
    is_accepted(person, 117_950)

    types(person, FIELD, "90000")
    keyboard.press("Enter")
    expect(person.page.locator(DIALOG)).to_be_visible()
    keyboard.press("Escape")
    expect(person.page.locator(DIALOG)).to_have_count(0)
    expect(person.page.locator(FIELD)).to_have_value("90000")
    tab_to(person, SUBMIT)
    keyboard.press("Enter")
    types(person, f"{DIALOG} input", "90000")
    keyboard.press("Enter")
    is_accepted(person, 90_000)
    expect(person.page.locator(DIALOG)).to_have_count(0)


if __name__ == "__main__":
    run(journey)
