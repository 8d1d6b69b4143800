"""A scenario of the invented seed bank, as text that tests change."""

from pathlib import Path

from loket.catalogue.loader import load, read_areas
from loket.config.scenario.reading import Library

STANDARDS = Path(__file__).parents[2] / "integration" / "cases" / "standards"
LIBRARY = Library.of(load(STANDARDS), read_areas(STANDARDS))
TEXT = """\
scenario: Simpan benih
office: bank-benih
service: simpan-benih
variant: lengkap
channel: online
start: 2026-08-03 09:00
applicant: {name: SITI REKAAN, email: siti@contoh.id}
residents:
  - family: "9911010107209001"
    village: "99.11.01.2001"
    issued_on: 2020-07-01
    members:
      - {nik: "9911014101909001", name: SITI REKAAN, sex: P, birth_place: LUMBUNG, birth_date: 1990-01-01}
answers:
  titipan: tidak
  benih_jenis: "1"
  benih_panen: 2026-07-01
  benih_simpan: 2026-08-01
  benih_berat: 12.5
  peti: P-1
  penyimpan_nama: SITI REKAAN
  saksi_nama: BUDI REKAAN
attachments: {foto_benih: contoh}
takes: {permohonan: 20, terima: 15}
deviations: []
expected: {state: done}
"""


def changed(*pairs: tuple[str, str]) -> str:
    """The scenario with some texts in the place of others."""
    text = TEXT
    for old, new in pairs:
        assert text.count(old) >= 1, f"{old!r} is not in the scenario"
        text = text.replace(old, new, 1)
    return text


def deviating(*deviations: str, expected: str = "{state: done}") -> str:
    """The scenario with these deviations (YAML in braces) and this end."""
    listed = "".join(f"\n  - {deviation}" for deviation in deviations)
    return changed(("deviations: []", f"deviations:{listed}"), ("{state: done}", expected))
