"""Demo accounts: one for each role of each office. They can sign in only on loopback in demo mode."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from loket.audit.actions import record
from loket.config.signing_keys import make_key
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.offices.actions import assign_role
from loket.offices.models import Account, Office, Role, Site

Say = Callable[[str], None]
_NAMES = [
    "Rahmat Hidayat", "Sri Wahyuni", "Andi Saputra", "Dewi Lestari", "Bambang Irawan", "Nurul Aini",
    "Hendra Gunawan", "Ratna Sari", "Joko Susilo", "Fitri Handayani", "Agus Salim", "Maya Puspita",
    "Yusuf Maulana", "Lina Marlina", "Dedi Kurniawan", "Wulan Permata",
]  # fmt: skip


def email_of(role: Role, office: Office) -> str:
    """`petugas-loket@balikpapan.contoh.id`: an address that no mail can reach."""
    return f"{role.slug.replace('_', '-')}@{office.slug}.contoh.id"


def load_staff(say: Say) -> None:
    """Make the accounts that are missing, with the signers' keys."""
    hashed = ""
    for office in Office.objects.order_by("code"):
        roles = list(Role.objects.filter(office=office, active=True).order_by("slug"))
        known = set(Account.objects.filter(office=office).values_list("email", flat=True))
        missing = [role for role in roles if email_of(role, office) not in known]
        if missing:
            say(f"Making {len(missing)} demo accounts of {office.short_name}...")
            hashed = hashed or make_password(settings.DEMO_PASSWORD)
        for role in missing:
            _make(office, role, roles.index(role), hashed)


def _site_of(role: Role, office: Office) -> Site | None:
    """Where a role that is held away from the main place works in the demo: the first such site."""
    kinds = {entry["role"]: entry.get("at") for entry in office.definition["roles"]}
    return Site.objects.filter(office=office, kind=kinds.get(role.slug), active=True).order_by("name").first()


@transaction.atomic
def _make(office: Office, role: Role, place: int, hashed: str) -> None:
    account = Account.objects.create(
        email=email_of(role, office),
        name=f"{_NAMES[(place + int(office.code)) % len(_NAMES)]}",
        kind=Account.Kind.STAFF,
        office=office,
        site=_site_of(role, office),
        employee_number=f"19800101200501{int(office.code) % 100:02d}{place:02d}",
        password=hashed,
        is_demo=True,
        created_at=clock.now(),
    )
    record(action="account.create", subject=account.ref, actor="system", office_code=office.code)
    assign_role(account=account, role=role, by=SYSTEM)
    if "sign" in role.rights:
        make_key(email=account.email, passphrase=settings.DEMO_PASSPHRASE, replace=True, by=SYSTEM)
