"""Invented offices and their people, for every test that needs an office to act in."""

from datetime import UTC, datetime
from typing import Any

from loket.core.actors import Actor
from loket.offices.actions import sync_office
from loket.offices.models import Account, Office
from loket.offices.rules import OfficeFile

CODE = "9971"
WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat")
ROLES = [
    {"role": "petugas_loket", "name": "Petugas loket"},
    {"role": "kepala_dinas", "name": "Kepala Dinas", "rights": ["sign", "signatures"]},
]


def office_file(code: str = CODE, **changes: Any) -> OfficeFile:
    """`office.yaml` of a town that is not on any map, eight hours ahead of UTC."""
    values = {
        "office": code,
        "area": f"{code[:2]}.{code[2:]}",
        "slug": f"contoh-{code}",
        "name": f"Dinas Kependudukan Kota {code}",
        "short_name": f"Disdukcapil {code}",
        "region": f"Kota {code}",
        "place": f"Kota {code}",
        "zone": "Asia/Makassar",
        "village_word": "kelurahan",
        "hours": dict.fromkeys(WEEKDAYS, ["08.00-12.00", "13.00-16.00"]),
        "roles": ROLES,
    }
    return OfficeFile.model_validate(values | changes)


def make_office(code: str = CODE, **changes: Any) -> Office:
    """The invented office in the database."""
    return sync_office(file=office_file(code, **changes), by="system")


def make_account(office: Office | None, email: str, **changes: Any) -> Account:
    """Staff of `office`, or a citizen where there is none, without a usable password."""
    kind = Account.Kind.STAFF if office else Account.Kind.CITIZEN
    values = {"name": "Sri Contoh", "password": "!", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}
    return Account.objects.create(email=email, kind=kind, office=office, **(values | changes))


def staff(office: Office, *rights: str, ref: str = "account:7") -> Actor:
    """Somebody of `office` with these rights, whose account is of no importance."""
    return Actor(kind="staff", ref=ref, name="Petugas", office=office.code, rights=frozenset(rights))
