"""What the officer set up before a journey begins, over the JSON API."""

import json
import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

ANSWER_S = 20
FIRMS = (
    ("Zieleń Miejska sp. z o.o.", "Bydgoszcz", "5540000006"),
    ("Ogrody Brdy i Wisły Wspólnicy Kowalska, Nowak-Wiśniewska i Syn spółka jawna", "Osielsko", "5540000012"),
    ("Park i Las Gęsiński", "Koronowo", "5252248481"),
)


@dataclass
class Firm:
    """A bidder with its log-in; a session where it has logged in already."""

    name: str
    id: str
    login: str
    password: str
    token: str = ""


@dataclass
class Office:
    """A server and the officer's session on it."""

    url: str
    officer: str
    tender: str = ""
    lots: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """The JSON of an answer; an answer that is no success is an error that quotes it."""
        request = urllib.request.Request(self.url + path, method=method)
        session = self.officer if token is None else token
        if session:
            request.add_header("authorization", f"Bearer {session}")
        if isinstance(body, bytes):
            request.data = body
            request.add_header("content-type", "multipart/form-data; boundary=----file")
        elif body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                text = answer.read()
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{method} {path}: {refused.code} {refused.read().decode()}") from None
        return json.loads(text) if text else None

    def post(self, path: str, body: Any, token: str | None = None) -> Any:
        return self.ask("POST", path, body, token)

    def open_tender(self, number: str = "ZP.271.14.2026") -> None:
        """A tender that stands on the board, with a specification."""
        title = {"pl": "Utrzymanie zieleni miejskiej", "en": "Upkeep of the city's greenery"}
        new = {"number": number, "title": title, "procedure": "podprogowe", "cpv": "77310000-6"}
        self.tender = self.post("/api/tenders", new)["id"]
        self.add_file("SWZ.txt")
        self.post(f"/api/tenders/{self.tender}/announce", {})

    def case_of_tender(self) -> str:
        """The case to which the tender's page leads."""
        request = urllib.request.Request(f"{self.url}/desk/tenders/{self.tender}")
        request.add_header("authorization", f"Bearer {self.officer}")
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
            return re.search(r"/office/cases/([^\"?]+)", answer.read().decode())[1]

    def add_file(self, name: str) -> str:
        """To the specification of the tender; gives the file."""
        head = f'content-disposition: form-data; name="file"; filename="{name}"'
        body = f"------file\r\n{head}\r\n\r\nSpecyfikacja\r\n------file--\r\n".encode()
        return self.post(f"/api/tenders/{self.tender}/files", body)["id"]

    def add_lot(self, number: str, title: dict[str, str], terms: dict[str, Any]) -> str:
        new = {"number": number, "title": title, "terms": {**terms, "title": title}}
        lot = self.post(f"/api/tenders/{self.tender}/lots", new)["id"]
        self.lots.append(lot)
        return lot

    def add_firm(self, index: int, has_logged_in: bool = True) -> Firm:
        """One of [FIRMS] with credentials; as a guest of the log-in page its password is one-time."""
        name, seat, tax_id = FIRMS[index]
        identity = {"name": name, "seat": seat, "tax_id": tax_id}
        bidder = self.post(f"/api/tenders/{self.tender}/bidders", {"identity": identity})["id"]
        order = {"bidder": bidder, "change_required": not has_logged_in}
        issued = self.post(f"/api/tenders/{self.tender}/credentials", order)
        firm = Firm(name, bidder, issued["login"], issued["password"])
        if has_logged_in:
            entry = {"login": firm.login, "password": firm.password}
            firm.token = self.post("/api/login", entry, token="")["token"]
        return firm

    def add_crowd(self, name: str, count: int) -> list[str]:
        """As many firms from one list, each with a log-in nobody uses; gives their ids. The first
        has this name."""
        rows = [f"{name};Dąbrowa Górnicza;biuro0@firma.example"]
        rows += [f"Firma {place};Żyrardów;biuro{place}@firma.example" for place in range(1, count)]
        table = "\n".join(["nazwa;siedziba;e-mail", *rows])
        path = f"/api/tenders/{self.tender}/bidders"
        self.post(f"{path}/import", table.encode())
        found = {line["identity"]["name"]: line["id"] for line in self.ask("GET", path)}
        came = [found[row.split(";")[0]] for row in rows]
        with ThreadPoolExecutor(4) as at_once:
            list(at_once.map(self._issue, came))
        return came

    def _issue(self, bidder: str) -> Any:
        order = {"bidder": bidder, "change_required": True}
        return self.post(f"/api/tenders/{self.tender}/credentials", order)

    def admit(self, lot: str, firm: Firm, price: int) -> None:
        offer = {"price": f"{price}.00"}
        self.post(f"/api/lots/{lot}/admissions", {"bidder": firm.id, "offer": offer})

    def publish(self, lot: str, opens_in_s: float) -> str:
        """Gives the auction, which opens so many seconds from now."""
        opens_at = int((time.time() + opens_in_s) * 1_000)
        return self.post(f"/api/lots/{lot}/publish", {"opens_at": opens_at})["auction"]

    def seen(self, auction: str) -> Any:
        """An auction as the officer sees it."""
        return self.ask("GET", f"/api/auctions/{auction}")

    def log(self, auction: str) -> Any:
        """The published log of an auction that is over: it is sealed soon after its result is known."""
        until = time.monotonic() + ANSWER_S
        while True:
            try:
                return self.ask("GET", f"/api/auctions/{auction}/log", token="")
            except AssertionError as refused:
                if ": 409 " not in str(refused) or time.monotonic() > until:
                    raise
            time.sleep(0.2)


def terms(length_s: int, extension_s: int = 0) -> dict[str, Any]:
    """Lowest price from the written offer, steps of 500 zł; a change above 20 % is typed twice.
    A bid that overtakes moves the end to `extension_s` after it, where that is later."""
    run: dict[str, Any] = {"kind": "open", "close": {"by": "set-time", "length_ms": length_s * 1_000}}
    if extension_s:
        run["extension"] = {
            "window_ms": extension_s * 1_000,
            "length_ms": extension_s * 1_000,
            "anchor": "from-bid",
            "trigger": {"on": "beats-another"},
            "count_max": 10,
        }
    return {
        "regime": "podprogowe",
        "values": [{
            "id": "price", "name": {"pl": "Cena", "en": "Price"}, "unit": "PLN", "decimals": 2,
            "least": "0.01", "most": "1000000.00", "direction": "lowest", "tax": "gross",
        }],
        "opening": "written-offer",
        "phases": [{"run": run}],
        "evaluation": {"by": "lowest-price"},
        "improvement": {"from": "own", "steps": {"price": {"least": {"by": "amount", "amount": "500"}}}},
        "guards": {"confirm_above_percent": "20"},
        "ties": "earliest",
        "visibility": {"observers_delay_ms": 0},
        "conduct": {"resume_notice_ms": 1_000, "resume_left_ms": 5_000, "late_window_ms": 500},
    }
