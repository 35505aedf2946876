"""What stands before every screen is looked at: a tender with all there is to see, long names and a
crowd, and one with nothing in it."""

from dataclasses import dataclass
from typing import Any

from office import Office, terms

# As long as a name may get in practice, with every Polish letter and a word that cannot be broken.
LONG_NAME = (
    "Przedsiębiorstwo Wielobranżowe Robót Drogowo-Mostowych i Zieleni „Żółć Gęślą Jaźń” "
    "Brzęczyszczykiewicz-Chrząszczyżewoszycka, Źdźbłowska i Wspólnicy sp. z o.o. sp. k."
)
TITLE = {
    "pl": "Koszenie i pielęgnacja trawników w parkach i pasach drogowych, rejon {}",
    "en": "Mowing and care of lawns in parks and along roads, district {}",
}
OFFERS = (118_450, 120_000)
NOTHING_IN_IT = {
    "number": "ZP.271.15.2026",
    "title": {"pl": "Dostawa soli drogowej w sezonie zimowym", "en": ""},
    "procedure": "podprogowe",
}


@dataclass
class Stage:
    """What the names in addresses stand for, in each of the places that are looked at; and the
    sessions of those who look."""

    places: dict[str, dict[str, str]]
    tokens: dict[str, str]


def title(number: str) -> dict[str, str]:
    return {language: text.format(number) for language, text in TITLE.items()}


def prepare(office: Office, bidders_count: int) -> Stage:
    bare = office.post("/api/tenders", NOTHING_IN_IT)["id"]
    office.open_tender()
    files = f"/api/tenders/{office.tender}/files"
    file = office.ask("GET", files)[0]["id"]
    old = office.add_file("SWZ – projekt umowy, wersja pierwsza.txt")
    office.post(f"{files}/{old}/withdraw", {"reason": "Pomyłka we wzorze umowy"})
    firms = [office.add_firm(0), office.add_firm(1)]
    crowd = office.add_crowd(LONG_NAME, bidders_count - len(firms))

    lengths_s = (("1", 900), ("2", 4), ("3", 600))
    live, over, ahead = (office.add_lot(number, title(number), terms(length_s)) for number, length_s in lengths_s)
    points = office.add_lot("4", title("4"), with_points(office))
    draft = office.add_lot("5", title("5"), terms(600))
    bidders = [firm.id for firm in firms] + crowd
    offers = [{"bidder": bidder, "offer": {"price": f"{price}.00"}} for bidder, price in zip(bidders, prices(bidders_count))]
    for lot in (live, over, ahead, draft):
        office.post(f"/api/lots/{lot}/admissions/batch", {"admissions": offers})
    auctions = [office.publish(lot, opens_in_s) for lot, opens_in_s in ((live, 4), (over, 4), (ahead, 3_600))]
    blocked = crowd[1]
    office.post(f"/api/tenders/{office.tender}/bidders/{blocked}/block", {"reason": "Wniosek firmy"})

    full = {"tender": office.tender, "lot": draft, "auction": auctions[0], "bidder": crowd[0], "file": file}
    full["case"] = office.case_of_tender()
    places = {
        "full": full,
        "bare": {"tender": bare},
        "live": {**full, "lot": live},
        "points": {**full, "lot": points},
        "over": {**full, "auction": auctions[1]},
        "ahead": {**full, "auction": auctions[2]},
        "blocked": {**full, "bidder": blocked},
    }
    tokens = {"guest": "", "bidder": firms[0].token, "newcomer": newcomer(office), "officer": office.officer}
    return Stage(places, tokens)


def prices(count: int) -> list[int]:
    """The two firms' offers, then those of the crowd, which are worse."""
    return [*OFFERS, *(120_500 + 10 * place for place in range(count))]


def with_points(office: Office) -> dict[str, Any]:
    answers = {"title_pl": "Część trzecia", "most": "500000", "step": "1"}
    return office.post("/api/presets/podprogowe-points/terms", answers)


def newcomer(office: Office) -> str:
    """The session of a firm that logged in with its one-time password and has set no own one."""
    firm = office.add_firm(2, has_logged_in=False)
    entry = {"login": firm.login, "password": firm.password}
    return office.post("/api/login", entry, token="")["token"]
