"""A service for family cards at the town's office, which has none: F-1.15 on the online procedure."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from loket.catalogue.actions import publish
from loket.catalogue.loader import Loaded, load
from loket.core import clock
from tests.journeys.town import OFFICE, STANDARDS, VILLAGE, Town
from tests.journeys.visitor import FOUND, Visitor

SERVICE = "/kantor/balikpapan/layanan/kartu-contoh/"
FILE = """\
service: kartu-contoh
number: "99"
name: Kartu Contoh
group: Contoh
source: {file: tests, heading: "99"}
effective_from: 2024-01-01
variants:
  - variant: wni
    name: WNI
    menu: Contoh
    channels: [online]
    requirements:
      - key: formulir
        text: Mengisi F-1.15
        kind: form
        forms: [{form: f-1.15, parts: [pemohon, alamat, keluarga]}]
    procedure: online
    deadline: {text: 3 hari kerja, working_days: 3}
    products: [{document: kartu-keluarga, medium: pdf, label: Kartu Keluarga}]
    event: family_card
    same_event: [pemohon_nik]
standard:
  product: Kartu Keluarga
  facilities: Komputer
  staffing: Satu orang
"""


@cache
def loaded() -> Loaded:
    """The real standards with the service added, in a folder that is gone again."""
    place = Path(tempfile.mkdtemp(prefix="loket-"))
    try:
        shutil.copytree(STANDARDS, place / "standards")
        file = place / "standards" / "offices" / "6471-balikpapan" / "services" / "99-kartu-contoh.yaml"
        file.write_text(FILE)
        whole = load(place / "standards")
    finally:
        shutil.rmtree(place)
    assert whole.errors == []
    offices = [office for office in whole.offices if office.office == OFFICE]
    return Loaded(offices, [item for item in whole.services if item.service == "kartu-contoh"], [])


def open_service() -> None:
    """Publish the service at the town's office."""
    publish(loaded=loaded(), by="system", at=clock.now())


def start(visitor: Visitor) -> str:
    """Begin an application for a family card; gives its address."""
    form = visitor.form(SERVICE, "/wni/mulai/")
    response = visitor.client.post(form.action, form.fields)
    assert response.status_code == FOUND
    return response.headers["Location"]


def pages(town: Town) -> dict[str, dict[str, str]]:
    """The form as the mother types it: she and her husband get a card of their own at another address."""
    mother, father = town.people.mother, town.people.father
    return {
        "pemohon": {
            "pemohon_nama": mother.name.title(),
            "pemohon_nik": mother.nik,
            "kk_semula": town.people.family_number,
            "alasan": "1",
        },
        "alamat": {
            "alamat": "Jl. Melati No. 7",
            "rt": "4",
            "rw": "0",
            "desa": VILLAGE,
            "kode_pos": "",
            "telepon": "",
        },
        "keluarga": {
            "jumlah_anggota": "2",
            "anggota-0-nik": father.nik,
            "anggota-0-nama": father.name,
            "anggota-0-shdk": "1",
            "anggota-2-nik": mother.nik,
            "anggota-2-nama": mother.name,
            "anggota-2-shdk": "3",
        },
    }
