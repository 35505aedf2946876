"""The people of a journey: each with a browser context of their own, whose console is watched."""

import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect

from words import Words

WIDE = (1280, 800)
PHONE = (360, 740)
SEEN_WITHIN_MS = 20_000
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright) -> Browser:
    """The system's Chromium: no tool downloads one."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise SystemExit("Chromium is missing: run `make setup` (apt-get install chromium)")
    expect.set_options(timeout=SEEN_WITHIN_MS)
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


class Person:
    """Somebody at a screen."""

    def __init__(
        self,
        browser: Browser,
        name: str,
        url: str,
        language: str = "pl",
        size: tuple[int, int] = WIDE,
        token: str = "",
        **options: object,
    ):
        self.name = name
        self.url = url
        self.say = Words(language)
        width, height = size
        viewport = {"width": width, "height": height}
        self.context: BrowserContext = browser.new_context(viewport=viewport, **options)
        self.context.set_default_timeout(SEEN_WITHIN_MS)
        cookies = [{"name": "ebok_lang", "value": language, "url": url}]
        if token:
            cookies.append({"name": "ebok_session", "value": token, "url": url})
        self.context.add_cookies(cookies)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def open(self, path: str) -> "Person":
        self.page.goto(self.url + path)
        return self

    def sees(self, place: str, text: str | re.Pattern[str], within_ms: int = SEEN_WITHIN_MS) -> None:
        """Waits until one of the places that match the selector has this text."""
        expect(self.page.locator(place).filter(has_text=text).first).to_be_visible(timeout=within_ms)

    def press(self, name: str, within: str = "body") -> None:
        """The button of this name."""
        self.page.locator(within).get_by_role("button", name=name, exact=True).click()

    def type(self, name: str, text: str, within: str = "body") -> None:
        """Into the field of this label."""
        self.page.locator(within).get_by_label(name).fill(text)

    def fill(self, fields: dict[str, str]) -> None:
        """Into the fields of these names."""
        for name, text in fields.items():
            self.page.locator(f"main [name='{name}']").fill(text)

    def follow(self, key: str) -> None:
        """The link that says this."""
        self.follow_text(self.say(key))

    def follow_text(self, text: str) -> None:
        self.page.locator("main").get_by_role("link", name=text, exact=True).first.click()

    def log_out(self) -> None:
        """From the menu of the account."""
        self.page.locator(".top-bar-menu summary").click()
        self.page.locator(".top-bar-menu form button").click()

    def forgive_lost_link(self) -> None:
        """The browser itself tells of a lost connection; of anything else it must not."""
        self._forgive("/api/live", "ERR_INTERNET_DISCONNECTED")

    def forgive_dead_server(self) -> None:
        """The browser itself tells of each attempt to connect that finds no server."""
        self._forgive("/api/live")

    def forgive_refused_forms(self) -> None:
        """The browser itself tells of an answer with one of these statuses."""
        self._forgive("status of 4")

    def _forgive(self, *parts: str) -> None:
        self.errors = [error for error in self.errors if not any(part in error for part in parts)]

    def picture(self, folder: Path, name: str, height_max: int = 0) -> None:
        """Of the window, or with a height of the whole page down to there."""
        clip = None
        if height_max:
            width, height = self.page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
            clip = {"x": 0, "y": 0, "width": width, "height": min(height, height_max)}
        self.page.screenshot(path=folder / f"{name}.png", full_page=clip is not None, clip=clip)
