"""Every page that the server writes and every state of it that looks different. A page that is missing
here fails a test of the routes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from citizen import switches_codes_on
from people import Person
from stage import LONG_NAME

# The auction's page: its states are looked at one by one, since they change by themselves.
LIVE = "/auctions/{auction}"


@dataclass(frozen=True)
class Screen:
    """A page, and what is done there before it is looked at."""

    route: str
    name: str
    act: Callable[[Person], None] | None = None
    status: int = 200
    query: str = ""
    which: str = "full"


def sends(button: str, fields: dict[str, str] | None = None) -> Callable[[Person], None]:
    def act(person: Person) -> None:
        person.fill(fields or {})
        person.press(person.say(button), "main")

    return act


def uploads(button: str, name: str, text: str) -> Callable[[Person], None]:
    def act(person: Person) -> None:
        file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
        person.page.set_input_files("#file", file)
        person.press(person.say(button), "main")

    return act


def asks(person: Person) -> None:
    """The first time this shows a password, the second time it does not. Each language has its firm."""
    tax_id = {"pl": "5261040828", "en": "7740001454"}[person.say.language]
    firm = {"identity.name": LONG_NAME, "identity.seat": "Dąbrowa Górnicza", "identity.tax_id": tax_id}
    person.fill({**firm, "contact": "Łucja Żak", "email": "biuro@dluga-nazwa.example"})
    person.press(person.say("ask-specification"), "main")


def loses_its_cookie(person: Person) -> None:
    """The secret that the form's token belongs to."""
    kept = [cookie for cookie in person.context.cookies() if cookie["name"] == "ebok_lang"]
    person.context.clear_cookies()
    person.context.add_cookies(kept)
    person.press(person.say("log-in"), "main")


def previews(person: Person) -> None:
    fields = {"number": "7", "title.pl": LONG_NAME, "answers.most": "500 000", "answers.step": "1"}
    person.fill(fields)
    person.press(person.say("desk-preview"), "main")


def last_sunday(month: int) -> str:
    """Of the next year: the day on which Polish clocks change."""
    day = date(date.today().year + 1, month, 31)
    return (day - timedelta(days=(day.weekday() + 1) % 7)).isoformat()


def plans(month: int, time: str) -> Callable[[Person], None]:
    return sends("desk-plan-show", {"date": last_sunday(month), "time": time})


def plans_drafts(person: Person) -> None:
    """Of the lots whose auctions have not opened: the last two."""
    for lot in person.page.locator("[name=lots]").all()[-2:]:
        lot.check()
    plans(5, "10:00")(person)


NOTHING_YET = {
    "guest": [Screen("/tenders", "board-empty")],
    "officer": [Screen("/desk", "desk-empty"), Screen("/desk/notices", "notices-empty")],
}

GUEST = [
    Screen("/", "start"),
    Screen("/tenders", "board"),
    Screen("/tenders/{tender}", "tender"),
    Screen("/tenders/{tender}/specification", "asking"),
    Screen("/tenders/{tender}/specification", "asking-errors", sends("ask-specification", {"email": "biuro"}), 422),
    Screen("/tenders/{tender}/specification", "asked", asks),
    Screen("/tenders/{tender}/specification", "asked-before", asks),
    Screen("/auctions/{auction}/result", "no-result-yet", status=409),
    Screen("/auctions/{auction}/result", "result", which="over"),
    Screen("/login", "login"),
    Screen("/login", "login-errors", sends("log-in"), 422),
    Screen("/login", "login-refused", sends("log-in", {"login": "nikt", "password": "to nie jest hasło"}), 401),
    Screen("/login", "login-stale", loses_its_cookie, 403),
    Screen("/verify", "verify-letter"),
    Screen("/verify", "verify-letter-unknown", status=404, query="?number=RPW/000123/2026&code=kfmw"),
    Screen("/login", "login-kiosk", query="?kiosk=1"),
    Screen("/account/register", "register"),
    Screen("/account/register", "register-errors", sends("register-send", {"email": "zofia", "number": "1"}), 422),
    Screen("/account/registered", "registered"),
    Screen("/account/confirm/{token}", "confirm"),
    Screen("/account/confirm/{token}", "confirm-gone", status=404, which="gone"),
    Screen("/matters", "matters"),
    Screen("/matters", "matters-found", query="?q=drzewo"),
    Screen("/matters", "matters-none", query="?q=statek+kosmiczny"),
    Screen("/matters", "matters-department", query="?department=WSO"),
    Screen("/matters/{procedure}", "matter"),
    Screen("/matters/dowod-osobisty", "matter-visit"),
    Screen("/matters/wpis-do-ewidencji-dzialalnosci", "matter-hand-over"),
    Screen("/accessibility", "accessibility"),
    Screen("/style", "style"),
    Screen("/tenders/no-such-tender", "nothing-here", status=404),
]

BIDDER = [
    Screen("/", "own-auctions"),
    Screen("/password", "password"),
    Screen("/password", "password-errors", sends("password-title", {"new_password": "krótkie"}), 422),
    Screen("/sessions", "sessions"),
    Screen("/desk", "not-allowed", status=403),
]

NEWCOMER = [Screen("/password", "first-password")]

OFFICER = [
    Screen("/", "officer-start"),
    Screen("/desk", "desk"),
    Screen("/desk/tenders/new", "new-tender"),
    Screen("/desk/tenders/new", "new-tender-errors", sends("desk-save", {"cpv": "asfalt", "notice_url": "tu"}), 422),
    Screen("/desk/tenders/{tender}", "overview"),
    Screen("/desk/tenders/{tender}", "overview-empty", which="bare"),
    Screen("/desk/tenders/{tender}/edit", "tender-form"),
    Screen("/desk/tenders/{tender}/announce", "announce", which="bare"),
    Screen("/desk/tenders/{tender}/files", "files"),
    Screen("/desk/tenders/{tender}/files", "files-empty", which="bare"),
    Screen("/desk/tenders/{tender}/files", "files-errors", sends("desk-files-add"), 422),
    Screen("/desk/tenders/{tender}/files/{file}/withdraw", "file-withdraw"),
    Screen("/desk/tenders/{tender}/lots/new", "presets"),
    Screen("/desk/tenders/{tender}/lots/new", "lot-form", query="?preset=podprogowe-points"),
    Screen("/desk/tenders/{tender}/lots/new", "lot-form-errors", sends("desk-preview"), 422, "?preset=podprogowe-points"),
    Screen("/desk/tenders/{tender}/lots/new", "example", previews, query="?preset=podprogowe-lowest-price"),
    Screen("/desk/tenders/{tender}/lots/order", "order"),
    Screen("/desk/tenders/{tender}/lots/order", "order-empty", which="bare"),
    Screen("/desk/tenders/{tender}/delete", "tender-delete", which="bare"),
    Screen("/desk/lots/{lot}", "lot-blocked"),
    Screen("/desk/lots/{lot}", "lot-live", which="live"),
    Screen("/desk/lots/{lot}/edit", "lot-edit"),
    Screen("/desk/lots/{lot}/delete", "lot-delete"),
    Screen("/desk/lots/{lot}/publish", "publish"),
    Screen("/desk/lots/{lot}/publish", "publish-blocked", sends("desk-publish"), 422),
    Screen("/desk/lots/{lot}/confirm", "confirm"),
    Screen("/desk/lots/{lot}/admissions/{bidder}", "admission", which="points"),
    Screen("/desk/lots/{lot}/admissions/{bidder}", "admission-errors", sends("desk-admit", {"offer.price": "dużo"}), 422),
    Screen("/desk/lots/{lot}/admissions/{bidder}/withdraw", "admission-withdraw"),
    Screen("/desk/tenders/{tender}/bidders", "bidders"),
    Screen("/desk/tenders/{tender}/bidders", "bidders-empty", which="bare"),
    Screen("/desk/tenders/{tender}/bidders/new", "bidder-new"),
    Screen("/desk/tenders/{tender}/bidders/new", "bidder-errors", sends("desk-save", {"email": "biuro"}), 422),
    Screen("/desk/tenders/{tender}/bidders/import", "import"),
    Screen(
        "/desk/tenders/{tender}/bidders/import",
        "import-faults",
        uploads("desk-import-check", "firmy.csv", "nazwa;siedziba;nip\nAlfa;;123\n;Olsztyn;\nBeta;Elbląg;1;1\n"),
    ),
    Screen(
        "/desk/tenders/{tender}/bidders/import",
        "import-sound",
        uploads("desk-import-check", "firmy.csv", f"nazwa;siedziba;e-mail\n{LONG_NAME};Elbląg;a@b.example\n"),
    ),
    Screen("/desk/tenders/{tender}/bidders/{bidder}", "bidder"),
    Screen("/desk/tenders/{tender}/bidders/{bidder}", "bidder-blocked", which="blocked"),
    Screen("/desk/tenders/{tender}/bidders/{bidder}/edit", "bidder-form"),
    Screen("/desk/tenders/{tender}/bidders/{bidder}/block", "block"),
    Screen("/desk/tenders/{tender}/bidders/{bidder}/block", "block-errors", sends("desk-block"), 422),
    Screen("/desk/tenders/{tender}/bidders/{bidder}/unblock", "unblock", which="blocked"),
    Screen("/desk/tenders/{tender}/bidders/{bidder}/letter", "letter"),
    Screen("/desk/tenders/{tender}/bidders/{bidder}/letter", "letter-errors", sends("desk-issue"), 422),
    Screen("/desk/tenders/{tender}/schedule", "schedule"),
    Screen("/desk/tenders/{tender}/schedule", "schedule-empty", which="bare"),
    Screen("/desk/tenders/{tender}/schedule", "schedule-plan", plans_drafts),
    Screen("/desk/tenders/{tender}/schedule", "schedule-gap", plans(3, "02:30"), 422),
    Screen("/desk/tenders/{tender}/schedule", "schedule-fold", plans(10, "02:30"), 422),
    Screen("/office/cases/{case}", "tender-case"),
    Screen("/desk/notices", "notices"),
    Screen("/desk/notices", "notices-cancelled", query="?state=cancelled"),
]

CITIZEN = [
    Screen("/drafts", "drafts"),
    Screen("/matters/{procedure}", "matter-begin"),
    Screen("/drafts/{draft}/{page}", "form-page"),
    Screen("/drafts/{draft}/{page}", "form-page-errors", sends("form-continue"), 422),
    Screen("/drafts/{draft}/{page}", "form-group", which="group"),
    Screen("/drafts/{draft}/{page}", "form-group-errors", sends("form-continue"), 422, which="group"),
    Screen("/drafts/{draft}/{page}", "form-files", which="files"),
    Screen("/drafts/{draft}", "form-summary"),
    Screen("/drafts/{draft}/delete", "draft-delete"),
    Screen("/account", "account"),
    Screen("/account/code/revoke", "code-revoke"),
    Screen("/account/factor", "factor"),
    Screen("/account/factor", "factor-errors", sends("factor-on", {"code": "1"}), 422),
    Screen("/account/factor", "recovery-codes", switches_codes_on),
    Screen("/account", "account-with-codes"),
    Screen("/account/factor/off", "factor-off"),
    Screen("/account/factor/off", "factor-off-errors", sends("factor-off", {"password": "nie to hasło"}), 401),
]

HALF_IN = [
    Screen("/login/factor", "login-factor"),
    Screen("/login/factor", "login-factor-errors", sends("log-in", {"code": "000000"}), 422),
]

REGISTRAR = [
    Screen("/office/visits", "visits"),
    Screen("/office/visits", "visits-nobody", sends("visits-find", {"named": "nikt"}), 404),
    Screen("/office/visits/{citizen}", "visit"),
    Screen("/office/visits/{citizen}", "visit-errors", sends("visit-confirm"), 422),
    Screen("/office/visits/{citizen}", "visit-no-reason", sends("visit-reject"), 422),
    Screen("/office/visits/{citizen}", "visit-again", which="confirmed"),
]

STILL = {"guest": GUEST, "bidder": BIDDER, "newcomer": NEWCOMER, "officer": OFFICER}
STILL |= {"citizen": CITIZEN, "half-in": HALF_IN, "registrar": REGISTRAR}
