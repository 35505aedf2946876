"""All that is not live, without JavaScript: board, tender, log-in, first password, sessions."""

from playwright.sync_api import expect

from journey import Scene, run
from office import OWN_PASSWORD, terms


def journey(scene: Scene) -> None:
    office = scene.office
    office.open_tender()
    lot = office.add_lot("1", {"pl": "Koszenie trawników", "en": "Mowing of lawns"}, terms(300))
    firm, rival = office.add_firm(0, has_logged_in=False), office.add_firm(1)
    office.admit(lot, firm, 118_450)
    office.admit(lot, rival, 120_000)
    auction = office.publish(lot, opens_in_s=600)

    person = scene.person("plain", java_script_enabled=False).open("/tenders")
    page, say = person.page, person.say
    page.get_by_role("link", name="Utrzymanie zieleni miejskiej").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Utrzymanie zieleni miejskiej")
    person.sees("main", "Koszenie trawników")
    page.locator("a[hreflang=en]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Upkeep of the city's greenery")
    page.locator("a[hreflang=pl]").click()

    person.open(f"/login?next=/auctions/{auction}")
    person.type(say("login"), firm.login)
    person.type(say("password"), "nie to hasło, co trzeba")
    person.press(say("log-in"), "main")
    expect(page.get_by_label(say("login"))).to_have_value(firm.login)
    expect(page.get_by_role("alert")).to_be_visible()
    person.type(say("password"), firm.password)
    person.press(say("log-in"), "main")

    person.sees("main", say("password-one-time"))
    for field, text in (("#password", firm.password), ("#new_password", OWN_PASSWORD), ("#repeated", "inne")):
        page.fill(field, text)
    person.press(say("password-title"), "main")
    person.sees("main .error", say("passwords-differ"))
    for field, text in (("#password", firm.password), ("#new_password", OWN_PASSWORD), ("#repeated", OWN_PASSWORD)):
        page.fill(field, text)
    person.press(say("password-title"), "main")
    page.wait_for_url(lambda url: not url.endswith("/password"))
    person.forgive_refused_forms()
    person.open("/")
    person.sees("h1", say("own-auctions"))
    person.sees("main", firm.name)
    # Chromium does not show <noscript> where its driver, not its setting, stops scripts.
    answer = page.goto(f"{person.url}/auctions/{auction}")
    assert say("needs-script") in answer.text()

    office.post("/api/login", {"login": firm.login, "password": OWN_PASSWORD}, token="")
    person.open("/sessions")
    expect(page.locator("tbody tr")).to_have_count(2)
    person.press(say("sessions-end-others"))
    expect(page.locator("tbody tr")).to_have_count(1)
    log_out = page.get_by_role("button", name=say("log-out", login=firm.login))
    log_out.click()
    expect(log_out).to_have_count(0)
    person.open("/sessions")
    page.wait_for_url("**/login**")


if __name__ == "__main__":
    run(journey)
