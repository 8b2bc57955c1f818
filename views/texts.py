"""The words, by dotted key and language, and the one place where foreign text becomes HTML.

Knows the catalogues and nothing of what they are said about.
"""

from functools import cache
from html import escape
from pathlib import Path

from babel.messages.pofile import read_po

from domain.people import Locale

LOCALES = Path(__file__).parent / "locales"


class Html(str):
    """Text that is HTML already and is not escaped again."""

    __slots__ = ()


class Texts:
    """The catalogue of one language. Made by :meth:`of` once a process."""

    def __init__(self, locale: Locale, texts: dict[str, str]) -> None:
        self.locale = locale
        self._texts = texts

    @staticmethod
    def of(locale: Locale) -> "Texts":
        """The texts in ``locale``; the catalogue is read once."""
        return _read(locale)

    def t(self, key: str, **values: object) -> Html:
        """The text as HTML. Values that are not Html are escaped. Raises KeyError for an unknown key."""
        return Html(self._texts[key].format_map({name: _escaped(value) for name, value in values.items()}))

    __call__ = t

    def plain(self, key: str, **values: object) -> str:
        """The text for where no HTML is read: buttons, commands, file names, calendars, paper."""
        return self._texts[key].format_map(values)


def _escaped(value: object) -> str:
    return value if isinstance(value, Html) else escape(str(value), quote=False)


def html(value: object) -> Html:
    """Foreign text as HTML."""
    return Html(_escaped(value))


def lines(*parts: str) -> Html:
    """HTML parts one under the other; empty ones are left out."""
    return Html("\n".join(_escaped(part) for part in parts if part))


def blocks(*parts: str) -> Html:
    """HTML parts with a blank line between them; empty ones are left out."""
    return Html("\n\n".join(_escaped(part) for part in parts if part))


def catalogue_files(locale: Locale) -> list[Path]:
    """Where the texts of a language are kept: one file an area, ``common.po`` for what all use."""
    return sorted((LOCALES / locale.value / "LC_MESSAGES").glob("*.po"))


@cache
def _read(locale: Locale) -> Texts:
    texts: dict[str, str] = {}
    for path in catalogue_files(locale):
        with path.open("rb") as file:
            texts |= {str(m.id): str(m.string) for m in read_po(file, locale=locale.value) if m.id}
    return Texts(locale, texts)
