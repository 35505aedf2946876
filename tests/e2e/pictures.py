"""The README's pictures: the room, wide and at a phone, the cockpit, and the board."""

from journey import Scene, run
from office import terms
from people import PHONE
from room import FIELD, bid, enter, is_accepted


def journey(scene: Scene) -> None:
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
