"""Before the auction: the check of the connection, and a practice auction against bots."""

import re
from pathlib import Path

from playwright.sync_api import expect

from barriers import Search, faults_in_html, look_at_both_widths, searcher
from journey import Scene, run
from office import terms
from people import Person
from room import FIELD, bid, is_accepted

BAND = ".practice-band"


def saved(person: Person, path: str, scene: Scene) -> Path:
    """The HTML of a page as the server wrote it."""
    answer = person.page.goto(person.url + path)
    file = scene.pictures / f"page-{path.count('/')}-{person.say.language}.html"
    file.write_bytes(answer.body())
    return file


def journey(scene: Scene) -> None:
    office = scene.office
    office.open_tender()
    lot = office.add_lot("1", {"pl": "Koszenie trawników", "en": "Mowing of lawns"}, terms(300))
    firms = [office.add_firm(0), office.add_firm(1)]
    for firm, price in zip(firms, (120_000, 118_450)):
        office.admit(lot, firm, price)
    auction = office.publish(lot, opens_in_s=900)
    before = office.seen(auction)

    search = Search(scene.pictures)
    person = searcher(scene, "bidder", token=firms[0].token)
    say = person.say
    person.open("/").page.get_by_role("link", name=say("practice-title"), exact=True).click()
    person.sees(".notice", say("practice-terms"))
    person.page.get_by_role("link", name=say("practice-to-terms"), exact=True).click()
    person.press(say("terms-accept"))
    person.page.get_by_role("link", name=say("practice-offer"), exact=True).click()
    person.sees("#preflight", say("preflight-ready"))
    look_at_both_widths(search, person, "practice-check")
    english = searcher(scene, "english", language="en", token=firms[0].token)
    english.open(f"/practice/{lot}").sees("#preflight", english.say("preflight-ready"))
    look_at_both_widths(search, english, "practice-check")
    english.context.close()

    person.press(say("practice-start"))
    person.sees(BAND, say("practice-mark"))
    expect(person.page).to_have_title(re.compile(re.escape(say("practice-mark"))))
    person.press(say("terms-accept"))
    person.page.wait_for_selector(FIELD, timeout=40_000)
    bid(person, 119_000)
    is_accepted(person, 119_000)
    look_at_both_widths(search, person, "practice-room")
    pages = [saved(person, f"/practice/{lot}/room", scene), saved(person, f"/practice/{lot}", scene)]
    found = search.found + faults_in_html(pages)
    assert not found, "\n".join(found)
    person.open(f"/practice/{lot}/room").page.get_by_role("link", name=say("practice-leave"), exact=True).click()
    person.sees("main", say("practice-return"))

    # The real auction has seen nothing of it.
    after = office.seen(auction)
    commands = sorted(row["n"] for row in after["public"]["rows"])
    assert commands == [0, 1], f"the terms were accepted once, and no more: {commands}"
    assert before["terms_hash"] == after["terms_hash"]


if __name__ == "__main__":
    run(journey)
