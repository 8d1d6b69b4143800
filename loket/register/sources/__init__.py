"""Where numbers and documents come from: our own register, or another system that the office works in.

A source is chosen by office, service and variant in the standards (`register_source`). Whatever it is, the
event functions are the same, so that our register always knows what happened; a source says who gives the
numbers, and whether Loket makes and signs the documents. A new source is a module here and its name in
`loket.catalogue.rules.words.RegisterSource`.
"""

from loket.register.sources.base import Source, Want
from loket.register.sources.own import OwnRegister
from loket.register.sources.siak import NumberMissing, NumberTaken, SiakHandOff, WrongNumber

__all__ = [
    "SOURCES",
    "NumberMissing",
    "NumberTaken",
    "OwnRegister",
    "SiakHandOff",
    "Source",
    "Want",
    "WrongNumber",
    "get",
]

SOURCES: dict[str, Source] = {source.name: source for source in (OwnRegister(), SiakHandOff())}


def get(name: str) -> Source:
    """The source that the standards call `name`. Raises KeyError, which the check of standards prevents."""
    return SOURCES[name]
