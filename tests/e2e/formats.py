"""Two bidders in auctions that are not open to all at any time: turns, sealed values, both clocks."""

import re
from typing import Any

from playwright.sync_api import expect

from journey import Scene, run
from office import Office, terms
from people import Person
from phone import fits
from room import ANSWER, DIALOG, SUBMIT, bid

OFFERS = (118_450, 120_000)
TITLES = {
    "turns": {"pl": "Koszenie trawników", "en": "Mowing of lawns"},
    "sealed-bid": {"pl": "Nasadzenia drzew", "en": "Planting of trees"},
    "descending-clock": {"pl": "Dostawa soli drogowej", "en": "Delivery of road salt"},
    "ascending-clock": {"pl": "Dzierżawa kosiarek", "en": "Lease of mowers"},
}
TURN_MS = 7_000
SEALED_MS = 6_000
LEVEL_MS = 4_000
LEVEL = ".clock-level"
TURN = ".turn-note"


def clock(kind: str, start: int, end: int) -> dict[str, Any]:
    levels = {"start": f"{start}.00", "step": "10000.00", "end": f"{end}.00"}
    return {"kind": kind, **levels, "interval_ms": LEVEL_MS}


def auction(office: Office, number: int, run_: dict[str, Any]) -> tuple[str, list[str]]:
    """A tender of one lot with one phase, and the sessions of its two bidders."""
    kind = run_["kind"]
    office.open_tender(f"ZP.271.{number}.2026")
    is_clock = kind.endswith("clock")
    opening = "first-bid-free" if is_clock else "written-offer"
    lot = office.add_lot("1", TITLES[kind], {**terms(60), "opening": opening, "phases": [{"run": run_}]})
    firms = [office.add_firm(0), office.add_firm(1)]
    for firm, price in zip(firms, OFFERS):
        offer = {} if is_clock else {"price": f"{price}.00"}
        office.post(f"/api/lots/{lot}/admissions", {"bidder": firm.id, "offer": offer})
    return office.publish(lot, opens_in_s=4), [firm.token for firm in firms]


def bidders(scene: Scene, number: int, run_: dict[str, Any]) -> tuple[Person, Person, str]:
    """Both at their pages, the terms accepted before the opening."""
    live, tokens = auction(scene.office, number, run_)
    kind = run_["kind"]
    people = [scene.person(f"{kind}-{place}", token=token) for place, token in enumerate(tokens)]
    for person in people:
        person.open(f"/auctions/{live}")
        person.press(person.say("terms-accept"))
    return people[0], people[1], live


def ends(people: list[Person], zlotys: int) -> None:
    """Everyone sees what won; nobody had to scroll the page."""
    for person in people:
        person.sees(".result", person.say("result-title"))
        person.sees(".result", person.say.amount(zlotys))
        person.page.close()


def stays_in_the_window(person: Person) -> None:
    fits(person)
    beyond = person.page.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert beyond <= 0, f"{person.name}: the page is {beyond} px too high"


def one_after_another(scene: Scene) -> None:
    """The worst offer first. What is taken back or waits for the end of the turn is seen by nobody."""
    best, worst, live = bidders(scene, 31, {"kind": "turns", "slot_ms": TURN_MS})
    officer = scene.person("officer", token=scene.office.officer).open(f"/auctions/{live}")
    worst.sees(f"{TURN}.is-own", worst.say("turn-own", turn="1", of="2"))
    expect(best.page.locator(SUBMIT)).to_have_attribute("aria-disabled", "true")
    expect(best.page.locator(f"{TURN}.is-own")).to_have_count(0)
    expect(worst.page).to_have_title(re.compile(worst.say("turn-yours")))

    bid(worst, 117_000)
    worst.sees(ANSWER, worst.say("answer-bid-held", offer=worst.say.amount(117_000)))
    worst.press(worst.say("withdraw"))
    worst.sees(ANSWER, worst.say("answer-withdraw"))
    bid(worst, 116_000)
    worst.sees(".held", worst.say.amount(116_000))
    stays_in_the_window(worst)
    best.sees(".position", best.say.amount(OFFERS[0]))
    officer.sees(".feed", officer.say.amount(116_000))

    best.sees(f"{TURN}.is-own", best.say("turn-own", turn="2", of="2"))
    best.sees(".position", best.say.amount(116_000))
    bid(best, 115_000)
    best.sees(".held", best.say.amount(115_000))
    ends([best, worst, officer], 115_000)


def under_seal(scene: Scene) -> None:
    """One value each, which nobody sees before the end."""
    first, second, _ = bidders(scene, 32, {"kind": "sealed-bid", "length_ms": SEALED_MS})
    first.page.wait_for_selector(SUBMIT)
    bid(first, 110_000)
    first.sees(".sealed-note", first.say.before("sealed-until"))
    first.sees(ANSWER, first.say("answer-bid-sealed", offer=first.say.amount(110_000)))
    expect(first.page.locator(SUBMIT)).to_have_count(0)
    stays_in_the_window(first)
    bid(second, 119_800)
    second.sees(ANSWER, second.say("refused-sealed", reason=second.say("refusal-below-minimum-step")))
    bid(second, 111_000)
    second.sees(".sealed-note", second.say.before("sealed-until"))
    for person, others in ((first, 111_000), (second, 110_000)):
        expect(person.page.locator("body")).not_to_contain_text(person.say.amount(others))
    ends([first, second], 110_000)


def down_the_levels(scene: Scene) -> None:
    """Who stays last wins at its level."""
    stays, leaves, _ = bidders(scene, 33, clock("descending-clock", 100_000, 50_000))
    for person in (stays, leaves):
        person.sees(LEVEL, person.say.amount(100_000))
        person.press(person.say("level-stay", level=person.say.amount(100_000)))
        person.sees(".clock-panel .standing", person.say("level-stayed", level=person.say.amount(100_000)))
    stays.sees(LEVEL, stays.say.amount(90_000))
    stays.press(stays.say("level-stay", level=stays.say.amount(90_000)))
    stays_in_the_window(stays)
    leaves.press(leaves.say("leave-clock"), ".clock-panel")
    leaves.sees(DIALOG, leaves.say.amount(100_000))
    leaves.press(leaves.say("leave-clock"), DIALOG)
    leaves.sees(".panel", leaves.say("barred-descending-clock"))
    leaves.sees(".panel", leaves.say("barred-stands"))
    ends([stays, leaves], 90_000)


def up_to_the_first(scene: Scene) -> None:
    """Who takes a level first wins."""
    takes, waits, _ = bidders(scene, 34, clock("ascending-clock", 50_000, 90_000))
    takes.sees(LEVEL, takes.say.amount(60_000))
    stays_in_the_window(takes)
    takes.press(takes.say("level-take", level=takes.say.amount(60_000)))
    waits.sees(".result-winner", "Zieleń Miejska")
    ends([takes, waits], 60_000)


def journey(scene: Scene) -> None:
    one_after_another(scene)
    under_seal(scene)
    down_the_levels(scene)
    up_to_the_first(scene)


if __name__ == "__main__":
    run(journey)
