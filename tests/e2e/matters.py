"""A citizen finds a matter by the words people use for it, fills in its form with a page that an
answer brings up, several buildings and a map, stumbles, stops, goes on at another device and reads
everything back. All without JavaScript."""

from playwright.sync_api import expect

from citizen import (
    comes_to_the_desk,
    confirms_address,
    enters,
    enters_first,
    registers,
    sees_the_document,
)
from firm import OWN_PASSWORD
from journey import Scene, run
from people import PHONE, Person

NAME = "Łucja Brzęczyszczykiewicz-Żółkiewska"
ADDRESS = "lucja@example.pl"
MATTER = "numer-porzadkowy-nieruchomosci"
MAP = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def finds(citizen: Person) -> None:
    citizen.open("/matters")
    citizen.fill({"q": "tabliczke z numerem domu"})
    citizen.press(citizen.say("matters-find"), "main")
    citizen.page.locator(f"main a[href='/matters/{MATTER}']").click()
    citizen.sees("main", citizen.say("matter-privacy"))


def goes_on(citizen: Person) -> None:
    citizen.press(citizen.say("form-continue"), ".button-row")


def describes_itself(citizen: Person) -> None:
    """With a slip in the number, and as somebody who acts for another."""
    citizen.fill({
        "applicant.given_names": "Łucja", "applicant.family_name": "Brzęczyszczykiewicz-Żółkiewska",
        "applicant.pesel": "44051401358", "address.house": "5/7", "address.postcode": "85102",
        "address.place": "Bydgoszcz",
    })
    citizen.page.check("[name=title_to_land][value=proxy]")
    goes_on(citizen)
    citizen.sees("main [role=alert]", citizen.say("error-summary"))
    expect(citizen.page.locator("[id='applicant.pesel-error']")).to_be_visible()
    expect(citizen.page.locator("[id='applicant.family_name']")).to_have_value("Brzęczyszczykiewicz-Żółkiewska")
    citizen.forgive_refused_forms()
    citizen.fill({"applicant.pesel": "440514 01359"})
    goes_on(citizen)


def attaches(citizen: Person, question: str, name: str) -> None:
    file = {"name": name, "mimeType": "application/pdf", "buffer": MAP}
    citizen.page.set_input_files(f"[id='{question}']", file)
    citizen.press(citizen.say("form-attach"), ".attach")
    citizen.sees("main .attached", name)


def names_its_principal(citizen: Person) -> None:
    """A page that only those are asked who act for somebody else."""
    citizen.fill({"principal": "Jan Kowalski"})
    attaches(citizen, "power", "pełnomocnictwo.pdf")
    goes_on(citizen)


def lists_buildings(citizen: Person) -> None:
    """Two; the second is of a kind that has a question of its own."""
    citizen.page.check("[name='buildings.0.use'][value=house]")
    citizen.page.check("[name='buildings.0.state'][value=built]")
    citizen.page.locator("button[value='add:buildings']").click()
    citizen.page.check("[name='buildings.1.use'][value=other]")
    citizen.page.check("[name='buildings.1.state'][value=planned]")
    goes_on(citizen)
    citizen.sees("main .notice", citizen.say("form-more"))
    citizen.fill({"buildings.1.use_other": "Warsztat"})
    goes_on(citizen)


def finishes(citizen: Person, draft: str) -> None:
    """At another device, from the list."""
    citizen.open("/drafts")
    citizen.page.locator(f"main a[href='{draft}']").click()
    citizen.sees("main", "Brzęczyszczykiewicz-Żółkiewska")
    citizen.page.locator(f"main a[href^='{draft}/property']").first.click()
    citizen.fill({"street": "Polna", "precinct": "0145", "plot": "123/4"})
    goes_on(citizen)
    citizen.page.locator(f"main a[href^='{draft}/buildings']").first.click()
    lists_buildings(citizen)
    citizen.page.locator(f"main a[href^='{draft}/attachments']").first.click()
    attaches(citizen, "map", "mapa.pdf")
    goes_on(citizen)
    citizen.sees("main", citizen.say("summary-complete"))
    citizen.sees("main", "Warsztat")


def deletes(citizen: Person, draft: str) -> None:
    citizen.open(f"{draft}/delete")
    citizen.press(citizen.say("draft-delete"), "main")
    citizen.sees("main [role=status]", citizen.say("drafts-deleted"))
    citizen.sees("main", citizen.say("drafts-none"))


def journey(scene: Scene) -> None:
    citizen = scene.person("citizen", java_script_enabled=False)
    registers(citizen, NAME, ADDRESS)
    reference = confirms_address(citizen, ADDRESS)
    registrar = scene.person("registrar", accept_downloads=True)
    comes_to_the_desk(registrar)
    slip = sees_the_document(registrar, reference, scene.pictures)
    enters_first(citizen, slip)
    finds(citizen)
    citizen.press(citizen.say("matter-begin"), ".start")
    describes_itself(citizen)
    names_its_principal(citizen)
    citizen.press(citizen.say("form-later"), ".button-row")
    citizen.sees("main [role=status]", citizen.say("drafts-saved"))
    draft = citizen.page.locator("main th a").first.get_attribute("href")
    other = scene.person("citizen-elsewhere", size=PHONE, java_script_enabled=False)
    enters(other, slip.login, OWN_PASSWORD)
    finishes(other, draft or "")
    deletes(citizen, draft or "")


run(journey)
