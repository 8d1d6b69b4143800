"""Whose file it is, by the text on it, and what an operator copies into SIAK. Plain Python."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

# What may be the number of a document: digits in it, and long enough that no other word is.
_TOKEN = re.compile(r"[0-9A-Z][0-9A-Z/.\-]{6,39}")
_SIXTEEN = re.compile(r"[0-9]{16}\Z")
_JOINED = re.compile(r"\s+(?:DAN|&)\s+|\s*[/;]\s*")
# Of an official's name: before it, or after the first comma. [G]
_TITLES = frozenset("DR DRS DRA IR H HJ HAJI PROF DRG NS".split())
MOST_TOKENS = 2000


@dataclass(frozen=True)
class Line:
    """A value to copy, under the label that SIAK gives it."""

    label: str
    value: str


@dataclass(frozen=True)
class Group:
    """Values that stand together on SIAK's screen."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """All that an operator enters in SIAK for a case, in its order."""

    menu: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Expected:
    """What the text of a document has to hold: its number, its name or names, the NIK of somebody in it."""

    number: str
    name: str
    niks: frozenset[str]


def flat(text: str) -> str:
    """Text as it is compared: capitals, one space between words."""
    return " ".join(text.upper().split())


def possible_numbers(text: str) -> list[str]:
    """Everything in a text that may be the number of a document, also in groups of digits."""
    found = dict.fromkeys(token.strip("./-") for token in _TOKEN.findall(flat(text)))
    grouped = re.findall(r"(?<![0-9])[0-9]{4}(?:[ .][0-9]{4}){3}(?![0-9])", flat(text))
    found |= dict.fromkeys(re.sub("[^0-9]", "", group) for group in grouped)
    return [token for token in found if any(sign.isdigit() for sign in token)][:MOST_TOKENS]


def disagreements(text: str, expected: Expected) -> list[str]:
    """What of a document is not on a file, in words; empty where all is."""
    seen, numbers = flat(text), set(possible_numbers(text))
    found = []
    if expected.number not in numbers:
        found.append("nomornya tidak ada pada berkas")
    missing = [name for name in _JOINED.split(flat(expected.name)) if name and name not in seen]
    if missing:
        found.append(f"nama {' dan '.join(missing)} tidak ada pada berkas")
    if expected.niks and not expected.niks & numbers:
        found.append("NIK orangnya tidak ada pada berkas")
    return found


def niks_in(content: Any) -> frozenset[str]:
    """Every number of sixteen digits within what a document says."""
    if isinstance(content, dict):
        return niks_in(list(content.values()))
    if isinstance(content, list):
        return frozenset[str]().union(*map(niks_in, content))
    return frozenset([content]) if isinstance(content, str) and _SIXTEEN.match(content) else frozenset()


def same_official(certificate: str, name: str) -> bool:
    """Whether a certificate names this official; titles may be written otherwise, or be missing."""
    return bool(_bare(certificate)) and _bare(certificate) == _bare(name)


def _bare(name: str) -> list[str]:
    words = re.sub(r"[^A-Z' ]", " ", flat(name).partition(",")[0]).split()
    return [word for word in words if word not in _TITLES]


def with_title(text: str, titles: Iterable[str]) -> Collection[str]:
    """Which of these titles stand on a file."""
    seen = flat(text)
    return {title for title in titles if flat(title) in seen}
