"""Two bidders, the officer and an observer go through one auction, each on a screen of their own."""

import json
import re
from dataclasses import dataclass

from journey import Scene, run
from link import Link
from office import FIRMS, Office, terms
from people import SEEN_WITHIN_MS, Person
from room import ANSWER, BAND, DIALOG, FIELD, SUBMIT, bid, is_accepted

# The bid that moves the end, a pause, and some time to look.
EXTENSION_S = 25
CLOSES_WITHIN_MS = 60_000
TITLE = {"pl": "Koszenie trawników", "en": "Mowing of lawns"}
# The written offers of the two bidders, and what the first of them wins with.
OFFERS = (118_450, 120_000)
BEST = 94_500


def is_refused_below_the_step(bidder: Person) -> None:
    bid(bidder, 118_300)
    bidder.sees(ANSWER, bidder.say("bid-refused"))
    bidder.sees(ANSWER, re.compile(r"117.?950[.,]00"))
    bidder.sees(".limit", bidder.say.amount(117_950))


def takes_one_step(bidder: Person) -> None:
    bidder.page.locator(".step-buttons button").first.click()
    bidder.page.click(SUBMIT)
    is_accepted(bidder, 117_950)


def confirms_a_large_drop(bidder: Person) -> None:
    bid(bidder, 95_000)
    bidder.sees(DIALOG, bidder.say("confirm-title"))
    amount = bidder.say.amount(95_000)
    again = bidder.page.locator(f"{DIALOG} input")
    again.fill(bidder.say.number(9_500))
    bidder.press(bidder.say("confirm-submit", offer=amount), DIALOG)
    bidder.sees(f"{DIALOG} [role=alert]", bidder.say("confirm-wrong", offer=amount))
    again.fill(bidder.say.number(95_000))
    bidder.press(bidder.say("confirm-submit", offer=amount), DIALOG)
    is_accepted(bidder, 95_000)


def loses_the_link_in_mid_bid(bidder: Person, link: Link, others: list[Person]) -> None:
    link.deafen()
    bid(bidder, BEST)
    others[0].sees(".feed", bidder.say.amount(BEST))
    bidder.context.set_offline(True)
    bidder.sees(BAND, bidder.say("unsent-short"))
    bidder.sees(ANSWER, bidder.say("unsent"))
    link.cut()
    bidder.context.set_offline(False)
    is_accepted(bidder, BEST)
    bidder.forgive_lost_link()


def pauses(officer: Person, others: list[Person]) -> None:
    officer.press(officer.say("act-pause"))
    officer.type(officer.say("act-reason"), "Awaria nagłośnienia", DIALOG)
    officer.press(officer.say("act-pause-submit"), DIALOG)
    for person in [officer, *others]:
        person.sees(BAND, person.say("paused-band"))
        person.sees(BAND, "Awaria nagłośnienia")


def asks(bidder: Person) -> None:
    bidder.page.locator(".room-stream .panel-head button").click()
    bidder.type(bidder.say("question-field"), "Czy kwota jest z VAT?", DIALOG)
    bidder.press(bidder.say("question-submit"), DIALOG)
    bidder.sees(DIALOG, bidder.say("question-sent"))
    bidder.press(bidder.say("close"), DIALOG)


def answers(officer: Person, others: list[Person]) -> None:
    officer.sees(".open-questions", "Czy kwota jest z VAT?")
    officer.press(officer.say("act-answer"), ".open-questions")
    officer.type(officer.say("act-answer-text"), "Tak, brutto.", DIALOG)
    officer.press(officer.say("act-answer-submit"), DIALOG)
    for person in [officer, *others]:
        person.sees(".feed", "Tak, brutto.")


def resumes(officer: Person, others: list[Person]) -> None:
    officer.press(officer.say("act-resume"))
    officer.type(officer.say("act-reason"), "Naprawiono", DIALOG)
    officer.press(officer.say("act-resume-submit"), DIALOG)
    for person in [officer, *others]:
        person.sees(".feed", person.say.before("news-resumed"))


@dataclass(frozen=True)
class Hall:
    """Everyone at the auction's page. The first bidder comes over a link that can be lost."""

    auction: str
    first: Person
    second: Person
    officer: Person
    observer: Person
    link: Link

    @property
    def everyone(self) -> list[Person]:
        return [self.first, self.second, self.officer, self.observer]


def hold(hall: Hall, opens_within_ms: int = SEEN_WITHIN_MS) -> None:
    """From the terms, accepted before the opening, to the result on all four screens."""
    first, second, officer, observer = hall.everyone
    for bidder in (first, second):
        bidder.press(bidder.say("terms-accept"))
    for bidder in (first, second):
        bidder.page.wait_for_selector(FIELD, timeout=opens_within_ms)

    is_refused_below_the_step(first)
    takes_one_step(first)
    confirms_a_large_drop(second)
    for person in hall.everyone:
        person.sees(BAND, person.say.before("extended-to"))
    first.sees(".position", first.say("own-overtaken"))

    loses_the_link_in_mid_bid(first, hall.link, [second, officer, observer])
    pauses(officer, [first, second, observer])
    asks(second)
    answers(officer, [first, second, observer])
    resumes(officer, [first, second, observer])

    name, _, tax_id = FIRMS[0]
    for person in hall.everyone:
        person.sees(".result", person.say("result-title"), CLOSES_WITHIN_MS)
        person.sees(".result-winner", name)
        person.sees(".result", tax_id)
        person.sees(".result", person.say.amount(BEST))
        person.sees(".result a", person.say("log-link"))


def counts_once(office: Office, auction: str, zlotys: int) -> None:
    """The published log has one bid of this amount."""
    entries = [entry for batch in office.log(auction)["batches"] for entry in batch["entries"]]
    told = [json.loads(entry["told"]) for entry in entries]
    typed = f"{zlotys:,}".replace(",", " ")
    bids = [entry for entry in told if typed in json.dumps(entry.get("act", {}), ensure_ascii=False)]
    assert len(bids) == 1, f"the bid of the lost link counts once: {bids}"


def journey(scene: Scene) -> None:
    office = scene.office
    office.open_tender()
    lot = office.add_lot("1", TITLE, terms(EXTENSION_S, extension_s=EXTENSION_S))
    firms = [office.add_firm(0), office.add_firm(1)]
    for firm, price in zip(firms, OFFERS):
        office.admit(lot, firm, price)
    auction = office.publish(lot, opens_in_s=6)

    link = Link(office.url.removeprefix("http://"))
    first = scene.person("first", url=f"http://{link.address}", token=firms[0].token)
    second = scene.person("second", token=firms[1].token)
    officer = scene.person("officer", token=office.officer)
    hall = Hall(auction, first, second, officer, scene.person("observer"), link)
    for person in hall.everyone:
        person.open(f"/auctions/{auction}")
    hold(hall)
    counts_once(office, auction, BEST)


if __name__ == "__main__":
    run(journey)
