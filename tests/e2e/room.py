"""What a bidder does in the room, and where it is seen."""

from people import Person

SUBMIT = ".bid-form button[type=submit]"
ANSWER = ".bid-answer"
BAND = ".bands .notice"
FIELD = ".bid-field input"
DIALOG = "dialog[open]"


def enter(bidder: Person) -> None:
    """Accepts the terms; waits for the opening."""
    bidder.press(bidder.say("terms-accept"))
    bidder.page.wait_for_selector(FIELD)


def bid(bidder: Person, zlotys: int) -> None:
    bidder.page.fill(FIELD, bidder.say.number(zlotys))
    bidder.page.click(SUBMIT)


def is_accepted(bidder: Person, zlotys: int) -> None:
    bidder.sees(ANSWER, bidder.say("bid-accepted", offer=bidder.say.amount(zlotys)))
