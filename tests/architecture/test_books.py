"""Every number that an event gives stands in a book with a name."""

import re
from importlib import import_module
from pkgutil import iter_modules

from loket.catalogue.rules.books import AKTA, LETTERS, all_books, counter_of
from loket.register import actions
from loket.register.rules import civil

CODE = re.compile(r"[A-Z]{2,8}(-[A-Z]{2,8})?")


def prefixes() -> set[str]:
    """What the modules of events call their letters: `LETTER`, or `LETTERS` by event."""
    found = set(civil.LETTERS.values())
    for module in iter_modules(actions.__path__):
        named = vars(import_module(f"{actions.__name__}.{module.name}"))
        letters = named.get("LETTERS", {})
        found |= set(letters.values()) if isinstance(letters, dict) else set()
        found |= {named["LETTER"]} if "LETTER" in named else set()
    return {name for name in found if CODE.fullmatch(name)}


def test_every_letter_and_every_akta_has_its_book() -> None:
    assert prefixes() == set(LETTERS)
    assert set(civil.BOOK_TITLES) == set(AKTA)


def test_no_two_books_share_a_counter() -> None:
    books = all_books()
    assert len({counter_of(book.code) for book in books}) == len(books)
