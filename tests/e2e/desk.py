"""What an officer does at the desk, page by page."""

import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from people import Person

# A plan must lie a minute ahead when it is saved; some seconds are for getting there.
AHEAD = timedelta(seconds=66)
HERE = re.compile(r"/desk/(?:tenders|lots)/([^/?]+)")


def id_here(person: Person) -> str:
    """The tender or lot whose page is shown."""
    return HERE.search(person.page.url)[1]


def saves(officer: Person, button: str, fields: dict[str, str]) -> None:
    """Sends a form that is accepted."""
    officer.fill(fields)
    officer.press(officer.say(button), "main")
    officer.sees(".notice", officer.say("desk-done"))


def takes_next_step(officer: Person, button: str) -> None:
    """The one that the tender's page proposes."""
    officer.page.locator("section.panel").get_by_role("link", name=officer.say(button), exact=True).click()


def opens_tender(officer: Person, number: str, title: dict[str, str]) -> str:
    """Gives the tender, which has its specification."""
    officer.open("/desk").follow("desk-new")
    fields = {"number": number, "title.pl": title["pl"], "title.en": title["en"], "cpv": "77310000-6"}
    saves(officer, "desk-save", fields)
    tender = id_here(officer)
    takes_next_step(officer, "desk-files-add")
    file = {"name": "SWZ.txt", "mimeType": "text/plain", "buffer": "Specyfikacja".encode()}
    officer.page.set_input_files("#file", file)
    saves(officer, "desk-files-add", {})
    return tender


def announces(officer: Person, tender: str) -> None:
    officer.open(f"/desk/tenders/{tender}")
    takes_next_step(officer, "desk-announce")
    saves(officer, "desk-announce", {})


def schedules_soon(officer: Person, tender: str) -> None:
    """The first full minute that a plan may name. The plan is shown before it is saved."""
    opens_at = datetime.now(ZoneInfo("Europe/Warsaw")) + AHEAD
    opens_at = opens_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    officer.open(f"/desk/tenders/{tender}/schedule")
    officer.fill({"date": f"{opens_at:%Y-%m-%d}", "time": f"{opens_at:%H:%M}"})
    officer.press(officer.say("desk-plan-show"), "main")
    officer.sees("main", officer.say("desk-plan-about"))
    saves(officer, "desk-plan-save", {})


def adds_bidder(officer: Person, tender: str, name: str, seat: str, tax_id: str) -> None:
    officer.open(f"/desk/tenders/{tender}/bidders").follow("desk-bidder-add")
    officer.fill({"identity.name": name, "identity.seat": seat, "identity.tax_id": tax_id})
    saves(officer, "desk-save", {})


def admits(officer: Person, tender: str, name: str, price: int) -> None:
    """To the only lot of the tender, with the price of the written offer."""
    officer.open(f"/desk/tenders/{tender}/bidders").follow_text(name)
    officer.page.locator("main table a").first.click()
    saves(officer, "desk-admit", {"offer.price": officer.say.number(price)})
    officer.sees("main table", officer.say.amount(price))


def issues_letter(officer: Person, tender: str, name: str, folder: Path) -> tuple[str, str]:
    """Prints the letter of a bidder; gives log-in and one-time password as they stand in it."""
    officer.open(f"/desk/tenders/{tender}/bidders").follow_text(name)
    officer.follow("desk-issue")
    with officer.page.expect_download() as download:
        officer.press(officer.say("desk-issue"), "main")
    letter = folder / "letter.pdf"
    download.value.save_as(letter)
    read = subprocess.run(["pdftotext", "-layout", letter, "-"], capture_output=True, text=True, check=True)
    found = [re.search(rf"^\s*{label} (.+)$", read.stdout, re.MULTILINE) for label in ("Login", "Hasło jednorazowe")]
    login, password = ("".join(match[1].split()) for match in found)
    return login, password


def publishes(officer: Person, tender: str) -> str:
    """The lot that is ready; gives its auction."""
    officer.open(f"/desk/tenders/{tender}")
    takes_next_step(officer, "desk-next-publish-button")
    officer.follow("desk-publish")
    saves(officer, "desk-publish", {})
    officer.follow("desk-cockpit")
    return officer.page.url.rsplit("/", 1)[1]
