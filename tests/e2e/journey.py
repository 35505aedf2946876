"""Runs one journey against a server that stands."""

import argparse
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from office import Office
from people import Person, launch


@dataclass
class Scene:
    """Where a journey plays: the server, the browser, and everyone who came."""

    office: Office
    browser: Browser
    language: str
    pictures: Path
    owner: int = 0
    """The process of the node that owns the auctions, where a journey is to kill it."""
    people: list[Person] = field(default_factory=list)

    def person(self, name: str, **options: object) -> Person:
        """A new person; the options are those of [Person]."""
        options = {"url": self.office.url, "language": self.language, **options}
        came = Person(self.browser, name, **options)
        self.people.append(came)
        return came


def run(journey: Callable[[Scene], None]) -> None:
    """Ends the program with 1 and a picture of each screen where the journey cannot go on, or where
    somebody's console was not quiet."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--officer", required=True, help="the token of the officer's session")
    parser.add_argument("--lang", default="pl")
    parser.add_argument("--pictures", type=Path, required=True, help="a folder for pictures")
    parser.add_argument("--owner", type=int, default=0, help="the process of the node that owns the auctions")
    given = parser.parse_args()
    given.pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        scene = Scene(Office(given.url, given.officer), browser, given.lang, given.pictures, given.owner)
        try:
            journey(scene)
            for person in scene.people:
                assert not person.errors, f"{person.name}'s console: {person.errors}"
        except Exception:
            traceback.print_exc()
            for person in filter(lambda person: not person.page.is_closed(), scene.people):
                person.picture(given.pictures, f"failed-{person.name}")
            print(f"The screens are in {given.pictures}", file=sys.stderr)
            sys.exit(1)
        finally:
            browser.close()
