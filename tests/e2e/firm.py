"""What a firm does before its auction, page by page."""

from playwright.sync_api import expect

from people import Person

OWN_PASSWORD = "moje własne hasło"


def asks_for_specification(firm: Person, title: str, name: str, seat: str, tax_id: str) -> tuple[str, str]:
    """From the board to the log-in and the one-time password, with one mistake on the way."""
    firm.open("/tenders").follow_text(title)
    firm.follow("ask-specification")
    firm.fill({"identity.name": name, "identity.seat": seat, "identity.tax_id": tax_id, "email": "biuro"})
    firm.press(firm.say("ask-specification"), "main")
    firm.sees("main", firm.say("error-summary"))
    expect(firm.page.locator("[name='identity.name']")).to_have_value(name)
    firm.fill({"contact": "Łucja Żak", "email": "biuro@zielen.example"})
    firm.press(firm.say("ask-specification"), "main")
    firm.sees("h1", firm.say("given-title"))
    firm.sees("main", "SWZ.txt")
    login, password = firm.page.locator("code.secret").all_inner_texts()
    return login, password


def logs_in(firm: Person, login: str, password: str) -> None:
    """As the page shown asks for it."""
    firm.fill({"login": login, "password": password})
    firm.press(firm.say("log-in"), "main")


def sets_own_password(firm: Person, one_time: str) -> None:
    """At first log-in, which leads to this page."""
    firm.sees("main", firm.say("password-one-time"))
    firm.fill({"password": one_time, "new_password": OWN_PASSWORD, "repeated": "inne"})
    firm.press(firm.say("password-title"), "main")
    firm.sees("main .error", firm.say("passwords-differ"))
    firm.fill({"password": one_time, "new_password": OWN_PASSWORD, "repeated": OWN_PASSWORD})
    firm.press(firm.say("password-title"), "main")
    firm.page.wait_for_url(lambda url: not url.endswith("/password"))
