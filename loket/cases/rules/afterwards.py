"""Entering a day on paper afterwards: the numbers of the resi, and which true time may be believed."""

from datetime import datetime, timedelta

from loket.core.errors import LoketError

# 97 is what account numbers use: it finds every wrong digit and every swap of two neighbours.
_MODULUS = 97
MOST_RECEIPTS = 999
MOST_PACKS = 9999


class FutureReceipt(LoketError):
    """Waktu terima tidak boleh di masa depan. Tulis waktu yang tertera pada resi kertas."""


class TooLate(LoketError):
    """Permohonan kertas ini diterima terlalu lama yang lalu untuk dicatat di sini. Hubungi admin kantor."""


class BeforeOutage(LoketError):
    """Waktu terima ini sebelum gangguan dimulai. Periksa kembali jam pada resi kertas."""


class AfterOutage(LoketError):
    """Waktu terima ini setelah gangguan berakhir. Catat permohonan itu seperti biasa."""


class BeforePrinting(LoketError):
    """Waktu terima ini sebelum resi kertasnya dicetak. Periksa kembali tanggal dan nomor resinya."""


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


def parse_receipt_number(text: str) -> str | None:
    """The canonical form of a number as somebody typed it; None where it cannot be one.

    Case, spaces and dashes do not matter, and the K may be left out.
    """
    signs = "".join(text.split()).replace("-", "").upper().removeprefix("K")
    if len(signs) != 13 or not (signs.isascii() and signs.isdigit()):
        return None
    office, pack, place, check = signs[:4], signs[4:8], signs[8:11], signs[11:]
    if _check_digits(signs[:11]) != check:
        return None
    return f"K{office}-{pack}-{place}-{check}"


def require_believable(
    received_at: datetime,
    *,
    now: datetime,
    printed_at: datetime,
    days: int,
    outage: tuple[datetime, datetime | None] | None = None,
) -> None:
    """Refuse a time at which nobody can have received the paper.

    `outage` is when it began and ended, where the office has noted it; an open one has no end yet. Raises
    FutureReceipt, TooLate, BeforePrinting, BeforeOutage, AfterOutage.
    """
    if received_at > now:
        raise FutureReceipt(field="received_at")
    if received_at < now - timedelta(days=days):
        raise TooLate(field="received_at")
    if received_at < printed_at:
        raise BeforePrinting(field="received_at")
    if outage is None:
        return
    began, ended = outage
    if received_at < began:
        raise BeforeOutage(field="received_at")
    if ended is not None and received_at > ended:
        raise AfterOutage(field="received_at")
