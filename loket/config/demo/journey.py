"""One whole case through the real doors: Balikpapan, pencatatan kelahiran WNI.

First as the citizen, then as each official of the standard, until the signed files are in the history.
"""

import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyotp
from PIL import Image, ImageDraw

from loket.config.demo.door import Door, DoorClosed
from loket.offices.actions import totp_seed
from loket.offices.models import Account, Office
from loket.register.models import Membership, Resident

Say = Callable[[str], None]
OFFICE, SERVICE, VARIANT = "balikpapan", "akta-kelahiran", "kelahiran-wni"
EMAIL = "orang.tua@contoh.id"
WAIT_SECONDS = 40


@dataclass(frozen=True)
class People:
    """Who appears in the case."""

    father: Resident
    mother: Resident
    family_number: str
    witnesses: list[Resident]


def choose_people(office: Office) -> People:
    """A married couple young enough, and two witnesses from other families."""
    couple = (
        Membership.objects.filter(
            family__office=office,
            relation="ISTRI",
            resident__birth_date__gt=date(1986, 1, 1),
            resident__status="HIDUP",
        )
        .select_related("family", "resident")
        .order_by("pk")
        .first()
    )
    if couple is None:
        raise DoorClosed("the demo population has no couple")
    head = Membership.objects.select_related("resident").get(family=couple.family, relation="KEPALA KELUARGA")
    others = Membership.objects.filter(family__office=office, relation="KEPALA KELUARGA")
    witnesses = others.exclude(family=couple.family).select_related("resident").order_by("-pk")[:2]
    return People(head.resident, couple.resident, couple.family.number, [row.resident for row in witnesses])


def _child(born: date) -> dict[str, str]:
    return {
        "anak_nama": "Bintang Cahaya Nusantara",
        "anak_jenis_kelamin": "2",
        "anak_tempat_dilahirkan": "1",
        "anak_tempat_lahir": "Kota Balikpapan",
        "anak_tanggal_lahir": born.isoformat(),
        "anak_pukul": "07.30",
        "anak_jenis_kelahiran": "1",
        "anak_ke": "3",
        "anak_penolong": "2",
        "anak_berat": "3150",
        "anak_panjang": "49,5",
    }


def answers(people: People, born: date) -> dict[str, dict[str, str]]:
    """The pages of the form, as the citizen fills them in."""
    pages = {
        "pertanyaan": {"surat_keterangan_lahir": "ada"},
        "anak": _child(born),
        "pelapor": {
            "pelapor_nama": people.father.name,
            "pelapor_nik": people.father.nik,
            "pelapor_nomor_kk": people.family_number,
            "pelapor_kewarganegaraan": "1",
        },
    }
    for key, person in (("ayah", people.father), ("ibu", people.mother)):
        pages[key] = {
            f"{key}_nama": person.name,
            f"{key}_nik": person.nik,
            f"{key}_tempat_lahir": person.birth_place,
            f"{key}_tanggal_lahir": person.birth_date.isoformat(),
            f"{key}_kewarganegaraan": "1",
        }
    for key, person in zip(("saksi1", "saksi2"), people.witnesses, strict=True):
        family = Membership.objects.select_related("family").get(resident=person, until__isnull=True).family
        pages[key] = {
            f"{key}_nama": person.name,
            f"{key}_nik": person.nik,
            f"{key}_nomor_kk": family.number,
            f"{key}_kewarganegaraan": "1",
        }
    return pages


def paper(text: str) -> bytes:
    """A picture of a paper, as a phone would send it."""
    picture = Image.new("RGB", (900, 1270), "white")
    ImageDraw.Draw(picture).text((60, 60), f"SPECIMEN\n{text}", fill="black")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _until(look: Callable[[], str | None], what: str) -> str:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.3)
    raise DoorClosed(f"{what} did not come within {WAIT_SECONDS} s")


def _login_code(visitor: Door) -> str:
    def newest() -> str | None:
        page = visitor.open("/demo/kotak-surat/")
        if not (link := re.search(r'href="(/demo/kotak-surat/[0-9a-f-]+/)">Kode masuk', page)):
            return None
        code = re.search(r"Kode masuk Anda: (\d{6})", visitor.open(link[1]))
        return code[1] if code else None

    return _until(newest, "the sign-in code")


def sign_in_citizen(base: str, email: str, name: str) -> Door:
    """A citizen's session, through e-mail and one-time code."""
    door = Door(base)
    door.send("/masuk/", {"email": email, "name": name, "phone": "0812 0000 0001"})
    code = _login_code(door)
    door.send("/masuk/kode/", {"code": code})
    return door


def sign_in_staff(base: str, email: str, password: str) -> Door:
    """An official's session."""
    door = Door(base)
    door.send("/petugas/masuk/", {"email": email, "password": password})
    return door


def apply_online(door: Door, pages: dict[str, dict[str, str]]) -> str:
    """Fill in, upload and send; returns the address of the case."""
    service = f"/kantor/{OFFICE}/layanan/{SERVICE}/"
    case, _ = door.send(service, {}, form=f"/{VARIANT}/mulai/")
    for part, values in pages.items():
        door.send(f"{case}isi/{part}/", values)
    for link in sorted(set(re.findall(rf'href="({case}berkas/[a-z0-9_]+/)"', door.open(case)))):
        name = link.rstrip("/").rpartition("/")[2]
        door.send(link, {}, files=[("files", (f"{name}.jpg", paper(name), "image/jpeg"))])
    door.send(f"{case}periksa/", {})
    return case


def _official(base: str, office: Office, role: str, password: str) -> tuple[Door, Account]:
    account = Account.objects.get(
        office=office, is_demo=True, assignments__role__slug=role, assignments__until__isnull=True
    )
    return sign_in_staff(base, account.email, password), account


def work_step(base: str, office: Office, role: str, case_id: str, password: str) -> None:
    """Carry out the present step as the official with this role."""
    door, _ = _official(base, office, role, password)
    door.send(f"/petugas/permohonan/{case_id}/", {}, form="/selesai/")


def sign_documents(base: str, office: Office, role: str, password: str, passphrase: str) -> None:
    """Sign everything that waits, as the head of office."""
    door, account = _official(base, office, role, password)

    def listed() -> str | None:
        page = door.open("/petugas/tanda-tangan/")
        found = re.findall(r'name="document" id="d-([0-9A-Z]{26})"', page)
        return " ".join(found) if len(found) > 1 else None

    waiting = _until(listed, "the documents to sign").split()
    totp = pyotp.TOTP(totp_seed(account)).now()
    batch, _ = door.send(
        "/petugas/tanda-tangan/", {"document": waiting, "passphrase": passphrase, "totp": totp}
    )
    _until(lambda: "Selesai" if ">Selesai<" in door.open(batch) else None, "the end of the batch")


def fetch_documents(door: Door, case: str, out: Path) -> list[Path]:
    """Save the signed files from the applicant's history."""
    page = _until(lambda: p if "/dokumen/" in (p := door.open(case)) else None, "the finished case")
    saved = []
    for number, link in enumerate(re.findall(r'href="(/dokumen/[0-9A-Z]{26}\.pdf)">([^<]+) \(PDF\)', page)):
        path = out / f"{number + 1}-{link[1].lower().replace(' ', '-')}.pdf"
        path.write_bytes(door.fetch(link[0]))
        saved.append(path)
    return saved


def fetch_ticket(base: str, office: Office, role: str, out: Path, password: str) -> Path:
    """Save the print room's ticket for the card."""
    door, _ = _official(base, office, role, password)

    def listed() -> str | None:
        link = re.search(r'href="(/petugas/ruang-cetak/\d+/tiket\.pdf)"', door.open("/petugas/ruang-cetak/"))
        return link[1] if link else None

    path = out / "tiket-cetak-kia.pdf"
    path.write_bytes(door.fetch(_until(listed, "the ticket of the card")))
    return path


def run(base: str, out: Path, say: Say, *, password: str, passphrase: str) -> tuple[str, list[Path]]:
    """The whole journey; returns the case's id and the signed files."""
    office = Office.objects.get(slug=OFFICE)
    people = choose_people(office)
    say("Citizen: signs in, fills in F-2.01, uploads, sends")
    citizen = sign_in_citizen(base, EMAIL, people.father.name)
    case = apply_online(citizen, answers(people, date.today() - timedelta(days=9)))  # noqa: DTZ011 (any day will do)
    case_id = case.strip("/").rpartition("/")[2]
    say("Petugas Loket: verifies")
    work_step(base, office, "petugas_loket", case_id, password)
    say("Operator: records the birth, the documents are made")
    work_step(base, office, "operator_perubahan", case_id, password)
    say("Kepala Dinas: signs with passphrase and authenticator")
    sign_documents(base, office, "kepala_dinas", password, passphrase)
    say("Citizen: fetches the signed files from the history")
    files = fetch_documents(citizen, case, out)
    say("Print room: takes the ticket of the KIA")
    fetch_ticket(base, office, "petugas_cetak", out, password)
    return case_id, files
