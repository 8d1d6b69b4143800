"""Entering a day on paper afterwards: the numbers of the resi, and which true time may be believed."""

from datetime import datetime, timedelta

from loket.catalogue.rules import Step, StepKind, Variant
from loket.core.errors import LoketError, NotFoundError

# 97 is what account numbers use: it finds every wrong digit and every swap of two neighbours.
_MODULUS = 97
MOST_RECEIPTS = 999
MOST_PACKS = 9999
# What the counter can have done with pen and paper before it gave the resi.
_BY_HAND: frozenset[StepKind] = frozenset({"receive", "check", "verify", "forward", "register"})


class UnreadableReceipt(LoketError):
    """Nomor resi kertas terdiri atas huruf K dan 13 angka, misalnya K2101-0003-017-65."""


class WrongCheckDigits(LoketError):
    """Nomor resi ini salah ketik: dua angka terakhirnya tidak cocok. Bandingkan lagi dengan kertasnya."""


class OtherOfficesReceipt(NotFoundError):
    """Resi kertas ini milik kantor lain. Permohonannya dimasukkan di kantor yang mencetaknya."""


class FutureReceipt(LoketError):
    """Waktu terima tidak boleh di masa depan. Tulis waktu yang tertera pada resi kertas."""


class TooLate(LoketError):
    """Permohonan kertas ini diterima terlalu lama yang lalu untuk dicatat di sini. Hubungi admin kantor."""


class BeforePrinting(LoketError):
    """Waktu terima ini sebelum resi kertasnya dicetak. Periksa kembali tanggal dan nomor resinya."""


class RegisteredBeforeReceived(LoketError):
    """Waktu pendaftaran tidak boleh sebelum waktu terima. Periksa kembali kedua jamnya."""


class FutureRegistration(LoketError):
    """Waktu pendaftaran tidak boleh di masa depan. Tulis waktu saat berkasnya didaftarkan di atas kertas."""


def receipt_number(office: str, pack: int, place: int) -> str:
    """The number of the `place`-th resi of a paper pack: `K2101-0003-017-65`.

    It begins with K for *kertas*, as no number given on the screen does, and ends with two check digits.
    """
    if not (1 <= pack <= MOST_PACKS and 1 <= place <= MOST_RECEIPTS):
        raise ValueError(f"pack {pack}, place {place}")
    body = f"{office}{pack:04d}{place:03d}"
    return f"K{office}-{pack:04d}-{place:03d}-{_check_digits(body)}"


def _check_digits(body: str) -> str:
    return f"{_MODULUS + 1 - int(body) * 100 % _MODULUS:02d}"


def read_receipt_number(text: str) -> str:
    """The canonical form of a number as somebody typed it: case, spaces, dashes and the K do not matter.

    Raises UnreadableReceipt, WrongCheckDigits.
    """
    signs = "".join(text.split()).replace("-", "").upper().removeprefix("K")
    if len(signs) != 13 or not (signs.isascii() and signs.isdigit()):
        raise UnreadableReceipt(field="number")
    office, pack, place, check = signs[:4], signs[4:8], signs[8:11], signs[11:]
    if _check_digits(signs[:11]) != check:
        raise WrongCheckDigits(field="number")
    return f"K{office}-{pack}-{place}-{check}"


def parse_receipt_number(text: str) -> str | None:
    """As `read_receipt_number`, but None where it cannot be such a number."""
    try:
        return read_receipt_number(text)
    except LoketError:
        return None


def require_believable(received_at: datetime, *, now: datetime, printed_at: datetime, days: int) -> None:
    """Refuse a time at which nobody can have received the paper, or from which it lay too long.

    People write minutes, so the minute of printing counts as after it.
    Raises FutureReceipt, TooLate, BeforePrinting.
    """
    if received_at > now:
        raise FutureReceipt(field="received_at")
    if received_at < now - timedelta(days=days):
        raise TooLate(field="received_at")
    if received_at < printed_at.replace(second=0, microsecond=0):
        raise BeforePrinting(field="received_at")


def require_registration(registered_at: datetime, *, received_at: datetime, now: datetime) -> None:
    """Refuse a time at which the paper cannot have been registered.

    Raises RegisteredBeforeReceived, FutureRegistration.
    """
    if registered_at < received_at:
        raise RegisteredBeforeReceived(field="registered_at")
    if registered_at > now:
        raise FutureRegistration(field="registered_at")


def steps_by_hand(variant: Variant) -> list[Step]:
    """The official steps up to the registration, where the counter can have done all of them on paper."""
    kinds = [step.kind for step in variant.procedure.steps]
    if "register" not in kinds:
        return []
    found = variant.procedure.steps[1 : kinds.index("register") + 1]
    return found if {step.kind for step in found} <= _BY_HAND else []


def registers(variant: Variant) -> bool:
    """Whether the office enters such applications in its registration book."""
    return any(step.kind == "register" for step in variant.procedure.steps)
