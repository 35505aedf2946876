"""The node that owns an auction is killed in the middle of it: every page comes back by itself at the
other node, a bid that was on its way counts once, and the right bidder wins."""

import os
import signal

from auction import BEST, OFFERS, TITLE, counts_once
from journey import Scene, run
from office import FIRMS, terms
from people import Person
from room import ANSWER, FIELD, bid, enter, is_accepted

# Time for the first bids, for the outage, and for those after it.
EXTENSION_S = 25
# The next owner waits for the lease; then pages come back.
BACK_WITHIN_MS = 20_000
CLOSES_WITHIN_MS = 60_000
BEFORE = (117_950, 117_000)


def dies_in_mid_bid(scene: Scene, first: Person, everyone: list[Person]) -> None:
    """The bid is sent to a node that does not read it any more: the page holds it until somebody answers."""
    os.kill(scene.owner, signal.SIGSTOP)
    bid(first, BEST)
    os.kill(scene.owner, signal.SIGKILL)
    first.sees(ANSWER, first.say("bid-accepted", offer=first.say.amount(BEST)), BACK_WITHIN_MS)
    for person in everyone:
        person.sees(".feed", person.say.amount(BEST), BACK_WITHIN_MS)
        person.forgive_dead_server()


def journey(scene: Scene) -> None:
    office = scene.office
    office.open_tender()
    lot = office.add_lot("1", TITLE, terms(EXTENSION_S, extension_s=EXTENSION_S))
    firms = [office.add_firm(0), office.add_firm(1)]
    for firm, price in zip(firms, OFFERS):
        office.admit(lot, firm, price)
    auction = office.publish(lot, opens_in_s=6)

    first = scene.person("first", token=firms[0].token)
    second = scene.person("second", token=firms[1].token)
    everyone = [first, second, scene.person("officer", token=office.officer), scene.person("observer")]
    for person in everyone:
        person.open(f"/auctions/{auction}")
    for bidder in (first, second):
        enter(bidder)
    for bidder, price in zip((first, second), BEFORE):
        bid(bidder, price)
        is_accepted(bidder, price)
        for person in everyone:
            person.sees(".feed", person.say.amount(price))

    dies_in_mid_bid(scene, first, everyone)
    second.page.wait_for_selector(FIELD)

    name, _, tax_id = FIRMS[0]
    for person in everyone:
        person.sees(".result", person.say("result-title"), CLOSES_WITHIN_MS)
        person.sees(".result-winner", name)
        person.sees(".result", tax_id)
        person.sees(".result", person.say.amount(BEST))
    counts_once(office, auction, BEST)


if __name__ == "__main__":
    run(journey)
