"""What an official types from a paper resi: its number and the true times on it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from loket.cases import actions
from loket.cases.models import PaperReceipt
from loket.cases.rules.afterwards import steps_by_hand
from loket.cases.rules.answers import Unreadable, read_field
from loket.catalogue.rules import FormField, Variant
from loket.core.errors import LoketError
from loket.offices.models import Office
from loket.offices.queries import calendar, zone

_NAMES = {"received": "diterima", "registered": "didaftarkan"}


class UnreadableMoment(LoketError):
    """Tanggal atau jam ini tidak terbaca."""


class RegistrationNotSaid(LoketError):
    """Pilih apakah berkasnya sudah didaftarkan di atas kertas."""


def _read(kind: Literal["date", "time"], name: str, typed: Mapping[str, str]) -> str:
    word = "Tanggal" if kind == "date" else "Jam"
    field = FormField(key=name, label=f"{word} {_NAMES[name]}", type=kind)
    try:
        return str(read_field(field, typed.get(f"{name}_{kind}", ""), {}, date.max))
    except Unreadable as error:
        raise UnreadableMoment(str(error), field=f"{name}_{kind}") from error


def _moment(name: str, typed: Mapping[str, str], office: Office) -> datetime:
    day = date.fromisoformat(_read("date", name, typed))
    at = time.fromisoformat(_read("time", name, typed))
    return datetime.combine(day, at, zone(office)).astimezone(UTC)


def read_paper(typed: Mapping[str, str], office: Office, variant: Variant) -> actions.OnPaper | None:
    """What was typed; None where the number and the time were left empty.

    Raises UnreadableMoment, RegistrationNotSaid.
    """
    named = ("number", "received_date", "received_time")
    if not any(typed.get(name, "").strip() for name in named):
        return None
    received_at = _moment("received", typed, office)
    registered_at = None
    if steps_by_hand(variant):
        said = typed.get("registered", "")
        if said not in ("yes", "no"):
            raise RegistrationNotSaid(field="registered")
        later = any(typed.get(f"registered_{kind}", "").strip() for kind in ("date", "time"))
        if said == "yes":
            registered_at = _moment("registered", typed, office) if later else received_at
    return actions.OnPaper(typed.get("number", ""), received_at, registered_at)


def typed_of(receipt: PaperReceipt | None, office: Office) -> dict[str, Any]:
    """A noted resi as it would be typed."""
    if receipt is None or receipt.received_at is None:
        return {}
    found = {"number": receipt.number, "registered": "yes" if receipt.registered_at else "no"}
    for name, at in (("received", receipt.received_at), ("registered", receipt.registered_at)):
        if at:
            local = at.astimezone(zone(office))
            found |= {f"{name}_date": f"{local:%d-%m-%Y}", f"{name}_time": f"{local:%H.%M}"}
    return found


# Where an action names a moment, the page has a date and a time.
_PLACES = {"received_at": "received_date", "registered_at": "registered_date"}


def place_of(error: LoketError) -> str:
    """At which field of the page a refusal belongs."""
    return _PLACES.get(error.field or "", error.field or "")


def outside_hours(receipt: PaperReceipt, office: Office) -> bool:
    """Whether the paper came while the office was closed: allowed, but worth a second look."""
    return receipt.received_at is not None and not calendar(office).is_open(receipt.received_at)
