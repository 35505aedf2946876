"""What a citizen does to get an account, and the registrar who confirms it, page by page."""

import base64
import email
import email.policy
import hashlib
import hmac
import os
import re
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from firm import OWN_PASSWORD, sets_own_password
from journey import Scene
from people import Person
from stage import LONG_NAME, Stage

MAIL_WITHIN_S = 20
STEP_S = 30
# Where the mail server of the tests keeps what it took; log-in and password of the registrar.
MAILS = Path(os.environ.get("EBOK_MAILS", "."))
REGISTRAR = os.environ.get("EBOK_REGISTRAR", ":").split(":")
PESEL = "44051401359"


@dataclass
class Slip:
    """What stands on the slip of a visit."""

    login: str
    password: str
    code: str


def mailed(address: str, sign: str) -> str:
    """Waits for a mail to an address with this in it; gives its text."""
    until = time.monotonic() + MAIL_WITHIN_S
    while time.monotonic() < until:
        for file in MAILS.glob("*.eml"):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            text = mail.get_body(("plain",)).get_content()
            if address in mail["to"] and sign in text:
                return text
        time.sleep(0.05)
    raise AssertionError(f"no mail to {address} with {sign}")


def registers(citizen: Person, name: str, address: str) -> None:
    """With one mistake on the way."""
    citizen.open("/account/register")
    citizen.fill({"name": name, "email": "zofia", "number": "44051401358"})
    citizen.press(citizen.say("register-send"), "main")
    citizen.sees("main", citizen.say("error-summary"))
    citizen.fill({"email": address, "number": ""})
    citizen.press(citizen.say("register-send"), "main")
    citizen.sees("h1", citizen.say("registered-title"))
    citizen.forgive_refused_forms()


def confirms_address(citizen: Person, address: str) -> str:
    """By the link in the mail; gives the reference number."""
    text = mailed(address, "/account/confirm/")
    link = re.search(r"http\S+/account/confirm/\S+", text)[0]
    citizen.page.goto(link)
    citizen.press(citizen.say("address-confirm-send"), "main")
    citizen.sees("h1", citizen.say("confirmed-title"))
    return citizen.page.locator("code.secret").inner_text()


def comes_to_the_desk(registrar: Person) -> None:
    login, password = REGISTRAR
    registrar.open("/login")
    registrar.fill({"login": login, "password": password})
    registrar.press(registrar.say("log-in"), "main")
    registrar.sees("h1", registrar.say("visits-title"))


def sees_the_document(registrar: Person, reference: str, folder: Path, pesel: str = PESEL) -> Slip:
    """Finds the account, compares, confirms; gives what is printed."""
    registrar.open("/office/visits").fill({"named": reference})
    registrar.press(registrar.say("visits-find"), "main")
    registrar.page.locator("#document").select_option("identity-card")
    registrar.fill({"last_chars": "4567", "number": pesel})
    for tick in registrar.page.locator("[name=matched]").all():
        tick.check()
    return prints(registrar, "visit-confirm", folder)


def prints(registrar: Person, button: str, folder: Path) -> Slip:
    """What a button of the desk gives on paper."""
    with registrar.page.expect_download() as download:
        registrar.press(registrar.say(button), "main")
    slip = folder / "slip.pdf"
    download.value.save_as(slip)
    read = subprocess.run(["pdftotext", "-layout", slip, "-"], capture_output=True, text=True, check=True)
    found = [
        re.search(rf"^\s*{label} (.+)$", read.stdout, re.MULTILINE)
        for label in ("Login", "Hasło jednorazowe", "Kod tożsamości")
    ]
    return Slip(*("".join(match[1].split()) if match else "" for match in found))


def enters(citizen: Person, login: str, password: str, kiosk: bool = False) -> None:
    citizen.open("/login")
    citizen.fill({"login": login, "password": password})
    if kiosk:
        citizen.page.locator("#kiosk").check()
    citizen.press(citizen.say("log-in"), "main")


def enters_first(citizen: Person, slip: Slip) -> None:
    enters(citizen, slip.login, slip.password)
    sets_own_password(citizen, slip.password)
    citizen.forgive_refused_forms()


def session_of(person: Person) -> str:
    """The token of somebody's session."""
    return next(cookie["value"] for cookie in person.context.cookies() if cookie["name"] == "ebok_session")


def id_of(registrar: Person, reference: str) -> str:
    """The id of an account, as it stands in the address of its page."""
    registrar.open("/office/visits").fill({"named": reference})
    registrar.press(registrar.say("visits-find"), "main")
    registrar.page.wait_for_url("**/office/visits/*")
    return registrar.page.url.rsplit("/", 1)[1]


def switches_codes_on(citizen: Person) -> str:
    """On the page that asks for the first code; gives the secret."""
    secret = citizen.page.locator("code.secret").inner_text()
    citizen.fill({"code": app_code(secret, time.time())})
    citizen.press(citizen.say("factor-on"), "main")
    return secret


def begin_draft(citizen: Person) -> dict[str, dict[str, str]]:
    """A form that was begun, by its pages: where each stands."""
    procedure = "numer-porzadkowy-nieruchomosci"
    citizen.open(f"/matters/{procedure}")
    citizen.press(citizen.say("matter-begin"), ".start")
    draft = re.search(r"/drafts/([^/]+)", citizen.page.url)[1]
    citizen.fill({"applicant.given_names": "Zofia", "applicant.family_name": LONG_NAME[:60]})
    citizen.press(citizen.say("form-later"), ".button-row")
    pages = {"full": "applicant", "group": "buildings", "files": "attachments"}
    return {place: {"procedure": procedure, "draft": draft, "page": page} for place, page in pages.items()}


def settle(scene: Scene) -> Stage:
    """Citizens at each stage of an account, and their registrar."""
    guest = scene.person("newly-registered")
    registers(guest, LONG_NAME, "nowa@example.pl")
    token = re.search(r"/account/confirm/(\S+)", mailed("nowa@example.pl", "/account/confirm/"))[1]
    registrar = scene.person("the-registrar", accept_downloads=True)
    comes_to_the_desk(registrar)
    references = {}
    for name, address in ((LONG_NAME, "czeka@example.pl"), ("Zofia Żak", "zofia@example.pl"), ("Jan Lis", "jan@example.pl")):
        registers(guest, name, address)
        references[address] = confirms_address(guest, address)
    pending = id_of(registrar, references["czeka@example.pl"])
    confirmed = id_of(registrar, references["zofia@example.pl"])
    slip = sees_the_document(registrar, references["zofia@example.pl"], scene.pictures)
    citizen = scene.person("the-citizen")
    enters_first(citizen, slip)
    places = begin_draft(citizen)
    slip = sees_the_document(registrar, references["jan@example.pl"], scene.pictures, "90010112349")
    other = scene.person("with-codes")
    enters_first(other, slip)
    other.open("/account/factor")
    switches_codes_on(other)
    other.sees("h1", other.say("recovery-title"))
    other.context.clear_cookies()
    enters(other, slip.login, OWN_PASSWORD)
    other.sees("h1", other.say("login-factor-title"))
    people = {"citizen": citizen, "registrar": registrar, "half-in": other}
    tokens = {role: session_of(person) for role, person in people.items()}
    for person in (guest, *people.values()):
        person.context.close()
    places["full"] |= {"citizen": pending, "token": token}
    return Stage(places | {"confirmed": {"citizen": confirmed}, "gone": {"token": "none"}}, tokens)


def app_code(secret: str, at_s: float) -> str:
    """The code of an authenticator app (RFC 6238)."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(at_s) // STEP_S), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
