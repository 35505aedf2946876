"""The words of the pages, read from the same files as the product reads."""

import re
from pathlib import Path

LOCALES = Path(__file__).parents[2] / "web-client" / "locales"
MESSAGE = re.compile(r"^([a-z][a-z0-9-]*) = (\S.*)$", re.MULTILINE)


class Words:
    """The sentences of one language, by key. Those that choose a plural form are not among them."""

    def __init__(self, language: str):
        self.language = language
        self._texts: dict[str, str] = {}
        for file in sorted((LOCALES / language).glob("*.ftl")):
            self._texts.update(MESSAGE.findall(file.read_text(encoding="utf-8")))

    def __call__(self, key: str, **values: str) -> str:
        text = self._texts[key]
        for name, value in values.items():
            text = text.replace(f"{{ ${name} }}", value)
        assert "{" not in text, f"{key} needs more values: {text}"
        return text

    def before(self, key: str) -> str:
        """The text of a sentence before its first value."""
        return self._texts[key].split("{")[0].strip()

    def number(self, zlotys: int) -> str:
        """An amount as it is shown: "118 450,00"."""
        mark = "," if self.language == "pl" else "."
        return f"{zlotys:,}".replace(",", " ") + f"{mark}00"

    def amount(self, zlotys: int) -> str:
        """The same with its unit: "118 450,00 zł"."""
        return f"{self.number(zlotys)} {'zł' if self.language == 'pl' else 'PLN'}"
