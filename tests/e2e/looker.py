"""Looks at pages that a journey has come to, as axe, the Nu checker and people see them."""

from pathlib import Path

from barriers import Search, faults_in_html, look_at_both_widths, searcher
from journey import Scene


class Looker:
    """Somebody whose pages are looked at in both languages and widths."""

    def __init__(self, scene: Scene, name: str, token: str = ""):
        options = {"token": token} if token else {}
        languages = ("pl", "en")
        self._people = [searcher(scene, f"{name}-{language}", language=language, **options) for language in languages]
        self._pictures = scene.pictures
        self._search = Search(scene.pictures)
        self._files: list[Path] = []

    def look(self, what: str, path: str, status: int = 200) -> None:
        for person in self._people:
            answer = person.page.goto(person.url + path)
            assert answer.status == status, (path, answer.status)
            file = self._pictures / f"{what}-{person.say.language}.html"
            file.write_bytes(answer.body())
            self._files.append(file)
            look_at_both_widths(self._search, person, what)
            person.forgive_refused_forms()

    @staticmethod
    def found(*lookers: "Looker") -> list[str]:
        """What all of them found."""
        files = [file for looker in lookers for file in looker._files]
        seen = [fault for looker in lookers for fault in looker._search.found]
        return seen + faults_in_html(files)
