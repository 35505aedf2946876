"""A tender from the first page to the last: a firm asks for the specification and is admitted, the
officer publishes at the desk, and four people go through the auction. Nothing here is done but on
pages, and up to the auction without JavaScript; the one exception are terms of seconds, since the
forms know whole minutes."""

from playwright.sync_api import expect

from auction import BEST, EXTENSION_S, OFFERS, TITLE, Hall, counts_once, hold
from desk import admits, adds_bidder, announces, issues_letter, opens_tender, publishes, schedules_soon
from firm import OWN_PASSWORD, asks_for_specification, logs_in, sets_own_password
from journey import Scene, run
from link import Link
from office import FIRMS, terms
from people import Person

OPENS_WITHIN_MS = 150_000
TENDER = {"pl": "Utrzymanie zieleni miejskiej", "en": "Upkeep of the city's greenery"}


def registers(firm: Person) -> str:
    """The first of [FIRMS] asks on the board, and logs in at once. Gives its log-in."""
    login, one_time = asks_for_specification(firm, TENDER[firm.say.language], *FIRMS[0])
    firm.follow("log-in")
    logs_in(firm, login, "nie to hasło, co trzeba")
    firm.sees("main [role=alert]", firm.say("error-summary"))
    expect(firm.page.locator("#login")).to_have_value(login)
    logs_in(firm, login, one_time)
    sets_own_password(firm, one_time)
    firm.sees("main", firm.say("standing-registered"))
    firm.forgive_refused_forms()
    return login


def takes_letter(firm: Person, login: str, one_time: str) -> None:
    """The second of [FIRMS] got its log-in on paper."""
    firm.open("/login")
    logs_in(firm, login, one_time)
    sets_own_password(firm, one_time)
    firm.sees("main", firm.say("standing-admitted"))
    firm.forgive_refused_forms()


def prepares(officer: Person, scene: Scene) -> str:
    """Gives the tender, on the board with its only lot."""
    office = scene.office
    office.tender = opens_tender(officer, "ZP.271.14.2026", TENDER)
    office.add_lot("1", TITLE, terms(EXTENSION_S, extension_s=EXTENSION_S))
    announces(officer, office.tender)
    return office.tender


def comes_live(scene: Scene, name: str, url: str, login: str, auction: str) -> Person:
    """To the auction's page, with JavaScript, from the list of one's own auctions."""
    person = scene.person(name, url=url).open("/login")
    logs_in(person, login, OWN_PASSWORD)
    person.page.locator(f"main a[href='/auctions/{auction}']").first.click()
    return person


def ends_other_sessions(firm: Person) -> None:
    """The page without JavaScript is another session of the firm; it ends that of the live page."""
    firm.open("/sessions")
    expect(firm.page.locator("tbody tr")).to_have_count(2)
    firm.press(firm.say("sessions-end-others"))
    expect(firm.page.locator("tbody tr")).to_have_count(1)


def logs_out(firm: Person) -> None:
    firm.log_out()
    expect(firm.page.locator(".top-bar-menu")).to_have_count(0)
    firm.open("/sessions").page.wait_for_url("**/login**")


def reads_board_in_english(person: Person) -> None:
    person.open("/tenders").follow_text(TENDER["pl"])
    heading = person.page.get_by_role("heading", level=1)
    expect(heading).to_have_text(TENDER["pl"])
    person.sees("main", TITLE["pl"])
    person.page.locator("a[hreflang=en]").click()
    expect(heading).to_have_text(TENDER["en"])
    person.page.locator("a[hreflang=pl]").click()


def journey(scene: Scene) -> None:
    office = scene.office
    clerk = scene.person("clerk", token=office.officer, java_script_enabled=False)
    asking = scene.person("asking", java_script_enabled=False)
    written = scene.person("written", java_script_enabled=False)
    tender = prepares(clerk, scene)
    reads_board_in_english(written)
    logins = [registers(asking)]

    schedules_soon(clerk, tender)
    adds_bidder(clerk, tender, *FIRMS[1])
    for (name, _, _), price in zip(FIRMS, OFFERS):
        admits(clerk, tender, name, price)
    login, one_time = issues_letter(clerk, tender, FIRMS[1][0], scene.pictures)
    auction = publishes(clerk, tender)
    takes_letter(written, login, one_time)
    logins.append(login)

    link = Link(office.url.removeprefix("http://"))
    first = comes_live(scene, "first", f"http://{link.address}", logins[0], auction)
    second = comes_live(scene, "second", office.url, logins[1], auction)
    officer = scene.person("officer", token=office.officer).open(f"/auctions/{auction}")
    observer = scene.person("observer").open(f"/auctions/{auction}")
    # Chromium does not show <noscript> where its driver, not its setting, stops scripts.
    answer = asking.page.goto(f"{asking.url}/auctions/{auction}")
    assert asking.say("needs-script") in answer.text()
    hold(Hall(auction, first, second, officer, observer, link), OPENS_WITHIN_MS)
    counts_once(office, auction, BEST)

    asking.open(f"/auctions/{auction}/result").sees("main", FIRMS[0][0])
    asking.sees("main", asking.say.amount(BEST))
    for live in (first, second):
        live.context.close()
    ends_other_sessions(asking)
    logs_out(asking)


if __name__ == "__main__":
    run(journey)
