"""Rows of an existing population: what is wrong with a row, and what is only odd.

The columns are those of `dkb`. What one row cannot tell (a NIK twice, heads of families) is asked of the
database by `register.actions.importing`.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from loket.core.cells import is_broken_number
from loket.core.identity import (
    Finding,
    Sex,
    digits_of,
    family_card_findings,
    nik_findings,
)
from loket.register.rules import HEAD, HEAD_AGE, HUSBAND, WIFE, age_on
from loket.register.rules.dkb import NAMES, VERY_OLD

OLDEST = 125
ALIVE = "HIDUP"
UNMARRIED = "BELUM KAWIN"
UNKNOWN_BLOOD = "TIDAK TAHU"
# Other names of what a code list says. The last rows read the four values of a KTP-el as recorded ones: see
# `_marital_status`.
SAME = {
    "agama": {"KATOLIK": "3", "BUDDHA": "5", "KONGHUCU": "6", "KEPERCAYAAN": "7", "LAINNYA": "7"},
    "jenis_kelamin": {"L": "1", "P": "2", "LAKILAKI": "1"},
    "pendidikan": {"AKADEMI/DIPLOMAIII/SARJANAMUDA": "7", "STRATA-II": "9", "STRATA-III": "10"},
    "pekerjaan": {"LAINNYA": "99", "PEKERJAANLAINNYA": "99"},
    "shdk": {"KEPALAKELUARGA": "1", "FAMILILAINNYA": "9"},
    "status_kawin_f101": {"KAWIN": "2", "CERAIHIDUP": "4"},
}
_AS_RECORDED = {"KAWIN", "CERAIHIDUP"}
_BLANK = {"", "-", "NULL", "\\N"}
_ZEROS = re.compile(r"0+\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]")
_ABBREVIATED = re.compile(r"(.+) \((.+)\)\Z")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?\Z", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\Z", re.ASCII)


@lru_cache(maxsize=100_000)
def day(text: str) -> date | None:
    """A date as files have it: 2001-02-28, 28-02-2001, 28/02/2001; None where it is none."""
    if found := _ISO.match(text):
        year, month, number = found.groups()
    elif found := _DAY_FIRST.match(text):
        number, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        return None


def compact(text: str) -> str:
    """What a word of a code list is compared by: capitals, no spaces, no dots."""
    return re.sub(r"[\s.]+", "", text).upper()


def readable(lists: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Code lists (code: label) made to be asked by code, by label and by the other names in SAME."""
    made = {}
    for name, entries in lists.items():
        words = {word: label for label in entries.values() for word in _ways(label)} | dict(entries)
        words |= {word: entries[code] for word, code in SAME.get(name, {}).items() if code in entries}
        made[name] = words
    return made


def _ways(label: str) -> list[str]:
    """How a label may be written: also without the abbreviation in brackets at its end, and as that alone."""
    found = _ABBREVIATED.match(label)
    return [compact(word) for word in ((label, *found.groups()) if found else (label,))]


@dataclass
class Resident:
    """A row as it is staged: fields of the register (None where unreadable), faults, warnings."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What a row is read against. `villages` are those of the office: code, and whether it is retired."""

    lists: Mapping[str, Mapping[str, str]]
    regions: Container[str]
    villages: Mapping[str, bool]
    area: str
    today: date
    # A supervisor's reason was given for numbers that cannot have been issued, or earlier for these.
    override: bool = False
    accepted: Container[str] = frozenset()


class RowReader:
    """Reads the cells of a row, in the order of COLUMNS, into a `Resident`."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def read(self, cells: list[str]) -> Resident:
        """What the row says; nothing is raised, everything wrong is a fault of the row."""
        row = Resident()
        cell = dict(zip(NAMES, cells, strict=True))
        for name, text in cell.items():
            if _CONTROL.search(text):
                row.faults.append(
                    (name, "Ada karakter yang tidak terbaca atau tidak terlihat dalam sel ini.")
                )
                cell[name] = ""
        self._person(row, cell)
        self._civil_status(row, cell)
        self._numbers(row, cell)
        self._parents(row, cell)
        self._family(row, cell)
        self._village(row, cell)
        if compact(cell["STATUS_DASAR"]) not in {"", "-", "NULL", "1", ALIVE}:
            row.faults.append(("STATUS_DASAR", "Hanya penduduk yang masih hidup dan menetap yang diimpor."))
        return row

    def _person(self, row: Resident, cell: dict[str, str]) -> None:
        values, today = row.values, self.known.today
        self._name(row, "name", "NAMA_LGKP", cell["NAMA_LGKP"], required=True)
        sex = self._choice(row, "sex", "JENIS_KLMIN", cell, "jenis_kelamin")
        values["sex"] = {"LAKI-LAKI": "L", "PEREMPUAN": "P"}.get(sex or "")
        self._text(row, "birth_place", "TMPT_LHR", cell, 60, required=True)
        born = self._day(row, "birth_date", "TGL_LHR", cell, required=True)
        if born is not None:
            age = age_on(born, today)
            if age > OLDEST:
                row.faults.append(("TGL_LHR", f"Umur lebih dari {OLDEST} tahun. Periksa tahun lahirnya."))
            elif age > VERY_OLD:
                row.warnings.append("very_old")
        self._choice(row, "religion", "AGAMA", cell, "agama")
        self._choice(row, "blood_type", "GOL_DARAH", cell, "golongan_darah", otherwise=UNKNOWN_BLOOD)
        self._choice(row, "education", "PDDK_AKH", cell, "pendidikan")
        self._choice(row, "occupation", "JENIS_PKRJN", cell, "pekerjaan")
        self._choice(row, "nationality", "KEWARGANEGARAAN", cell, "kewarganegaraan", otherwise="WNI")
        self._text(row, "birth_certificate", "NO_AKTA_LHR", cell, 40)
        self._day(row, "biometrics_recorded_on", "TGL_REKAM", cell, since=born)
        self._day(row, "id_card_issued_on", "TGL_CETAK", cell, since=born)

    def _civil_status(self, row: Resident, cell: dict[str, str]) -> None:
        """Six values (F-1.01); the four of a KTP-el, which do not say it, are read as recorded [G]."""
        status = self._choice(row, "marital_status", "STATUS_KAWIN", cell, "status_kawin_f101")
        if compact(cell["STATUS_KAWIN"]) in _AS_RECORDED:
            row.warnings.append("marital_status")
        wed = self._day(row, "marriage_date", "TGL_KAWIN", cell, since=row.values.get("birth_date"))
        if wed is not None and status == UNMARRIED:
            row.faults.append(("TGL_KAWIN", "Ada tanggal kawin, tetapi status perkawinannya BELUM KAWIN."))

    def _numbers(self, row: Resident, cell: dict[str, str]) -> None:
        regions, values = self.known.regions, row.values
        sex: Sex | None = values["sex"]
        found = nik_findings(cell["NIK"], sex=sex, birth_date=values["birth_date"], regions=regions)
        values["nik"] = self._number(row, "NIK", cell["NIK"], found)
        values["kk"] = self._number(
            row, "NO_KK", cell["NO_KK"], family_card_findings(cell["NO_KK"], regions=regions)
        )

    def _number(self, row: Resident, column: str, text: str, findings: list[Finding]) -> str | None:
        """The digits of a number, also where it is refused for something else than its sixteen digits."""
        for finding in findings:
            if finding.level == "reject":
                row.faults.append((column, _broken(text) or finding.message))
                return None
            if finding.level == "override" and not self._accepted(digits_of(text)):
                row.faults.append((column, finding.message))
            else:
                row.warnings.append(finding.code)
        return digits_of(text)

    def _accepted(self, digits: str) -> bool:
        return self.known.override or digits in self.known.accepted

    def _parents(self, row: Resident, cell: dict[str, str]) -> None:
        for parent, column in (("mother", "IBU"), ("father", "AYAH")):
            self._name(row, f"{parent}_name", f"NAMA_LGKP_{column}", cell[f"NAMA_LGKP_{column}"])
            text = cell[f"NIK_{column}"]
            row.values[f"{parent}_nik"] = nik = (
                "" if text in _BLANK or _ZEROS.match(text) else digits_of(text)
            )
            findings = nik_findings(nik) if nik else []
            if any(finding.level == "reject" for finding in findings):
                row.faults.append((f"NIK_{column}", _broken(text) or findings[0].message))
            elif nik and nik == row.values["nik"]:
                row.faults.append((f"NIK_{column}", "NIK orang tua sama dengan NIK orang ini sendiri."))
            elif any(finding.level == "override" for finding in findings):
                row.warnings.append("parent_nik")

    def _family(self, row: Resident, cell: dict[str, str]) -> None:
        values, today = row.values, self.known.today
        relation = self._choice(row, "relation", "STAT_HBKEL", cell, "shdk")
        single = values["marital_status"] == UNMARRIED
        born = values["birth_date"]
        if relation == HEAD and single and born and age_on(born, today) < HEAD_AGE:
            row.warnings.append("young_head")
        if relation in (HUSBAND, WIFE) and single:
            row.warnings.append("spouse_unmarried")
        self._text(row, "address", "ALAMAT", cell, 120, required=True)
        for field_name, column in (("rt", "NO_RT"), ("rw", "NO_RW")):
            text = "" if cell[column] in _BLANK else cell[column]
            if text and not re.fullmatch(r"[0-9]{1,3}", text):
                row.faults.append((column, "Tulis angka saja, paling banyak tiga."))
            values[field_name] = "" if not text or _ZEROS.match(text) else text.zfill(3)[:3]
        code = "" if cell["KODE_POS"] in _BLANK or _ZEROS.match(cell["KODE_POS"]) else cell["KODE_POS"]
        if code and not re.fullmatch(r"[0-9]{5}", code):
            row.faults.append(("KODE_POS", "Kode pos terdiri dari lima angka."))
        values["postal_code"] = code[:5]
        if self._day(row, "issued_on", "TGL_KK", cell) is None and cell["TGL_KK"] in _BLANK and values["kk"]:
            values["issued_on"] = _date_in(values["kk"], today)
            row.warnings.append("kk_date")

    def _village(self, row: Resident, cell: dict[str, str]) -> None:
        code = _village_code(cell)
        row.values["village"] = code if code in self.known.villages else None
        if code is None:
            row.faults.append(
                ("NO_KEL", "Kode wilayah tidak lengkap: tulis NO_PROP, NO_KAB, NO_KEC, dan NO_KEL.")
            )
        elif not code.startswith(f"{self.known.area}."):
            row.faults.append(("NO_KEL", "Desa atau kelurahan ini di luar wilayah kantor."))
        elif code not in self.known.villages:
            row.faults.append(("NO_KEL", "Kode desa atau kelurahan ini tidak dikenal."))
        elif self.known.villages[code]:
            row.warnings.append("retired_area")

    def _name(self, row: Resident, key: str, column: str, text: str, *, required: bool = False) -> None:
        row.values[key] = text = "" if text == "-" else text
        if not text:
            if required:
                row.faults.append((column, "Wajib diisi."))
        elif len(text) > 100:
            row.faults.append((column, "Terlalu panjang, paling banyak 100 huruf."))
        elif text[0] in "=+-@":
            row.faults.append((column, "Nama tidak mungkin diawali tanda ini."))
        elif not text.isalpha() and any(sign.isdigit() for sign in text):
            row.warnings.append("name_digits")

    def _text(
        self,
        row: Resident,
        key: str,
        column: str,
        cell: dict[str, str],
        longest: int,
        *,
        required: bool = False,
    ) -> None:
        row.values[key] = text = "" if cell[column] in _BLANK else cell[column]
        if required and not text:
            row.faults.append((column, "Wajib diisi."))
        elif len(text) > longest:
            row.faults.append((column, f"Terlalu panjang, paling banyak {longest} huruf."))

    def _choice(
        self,
        row: Resident,
        key: str,
        column: str,
        cell: dict[str, str],
        name: str,
        *,
        otherwise: str | None = None,
    ) -> str | None:
        """A word of a code list, given as its label, its code or another name of it."""
        words, text = self.known.lists[name], cell[column]
        found = words.get(text) or words.get(compact(text))
        if found is None and text.isdigit():
            found = words.get(text.lstrip("0"))
        if found is None and text in _BLANK and otherwise is not None:
            found = otherwise
        if found is None:
            row.faults.append((column, "Wajib diisi." if text in _BLANK else "Tidak ada dalam daftar kode."))
        row.values[key] = found
        return found

    def _day(
        self,
        row: Resident,
        key: str,
        column: str,
        cell: dict[str, str],
        *,
        required: bool = False,
        since: date | None = None,
    ) -> date | None:
        text = cell[column]
        found = row.values[key] = day(text) if text not in _BLANK else None
        if text in _BLANK:
            if required:
                row.faults.append((column, "Wajib diisi."))
        elif found is None:
            row.faults.append((column, "Bukan tanggal yang ada. Tulis seperti 2001-02-28 atau 28-02-2001."))
        elif found > self.known.today:
            row.faults.append((column, "Tanggal ini masih akan datang."))
        elif since is not None and found < since:
            row.faults.append((column, "Tanggal ini sebelum tanggal lahir."))
        return found


def _broken(text: str) -> str:
    if not is_broken_number(text):
        return ""
    return (
        "Angka terakhir nomor ini hilang karena lembar kerja menyimpannya sebagai bilangan. "
        "Ambil lagi dari sumbernya, sebagai teks."
    )


def _date_in(number: str, today: date) -> date:
    """The day of issue in a nomor KK; today where there is none."""
    for century in (2000, 1900):
        try:
            found = date(century + int(number[10:12]), int(number[8:10]), int(number[6:8]))
        except ValueError:
            continue
        if found <= today:
            return found
    return today


def _village_code(cell: dict[str, str]) -> str | None:
    """The dotted code of a village, from one cell with all of it or from four."""
    last = digits_of(cell["NO_KEL"])
    parts = [digits_of(cell[name]).zfill(2) for name in ("NO_PROP", "NO_KAB", "NO_KEC")]
    text = last if len(last) == 10 else "".join(parts) + last.zfill(4)
    if not re.fullmatch(r"[0-9]{10}", text) or "00" in (text[:2], text[2:4], text[4:6]):
        return None
    return f"{text[:2]}.{text[2:4]}.{text[4:6]}.{text[6:]}"
