"""Reading the F-1 forms: who applies, addresses, tables of members, biodata, as the register takes them."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from loket.cases.actions.events.answers import SEX, area_number, choices, column, label, optional_date
from loket.cases.models import Case
from loket.catalogue.rules import FormField, Variant
from loket.register.actions.biodata import Biodata
from loket.register.actions.cards import Cause
from loket.register.actions.families import FamilyMember
from loket.register.actions.household import Address, Applicant
from loket.register.actions.permits import Permit

_PERMITS: dict[str, Literal["itas", "itap"]] = {
    "IZIN TINGGAL TERBATAS (ITAS)": "itas",
    "IZIN TINGGAL TETAP (ITAP)": "itap",
}


def asks(variant: Variant, key: str) -> bool:
    """Whether the variant's forms ask for this field."""
    return any(field.key == key for field in variant.fields())


def applicant(case: Case) -> Applicant:
    """Who applies, by the part `pemohon` of any form."""
    return Applicant(
        nik=case.answers["pemohon_nik"],
        name=case.answers["pemohon_nama"],
        family_number=case.answers.get("pemohon_nomor_kk", ""),
    )


def declarant(case: Case, variant: Variant) -> Applicant:
    """Who declares a change of data: the part `pernyata` of F-1.06, else who applies."""
    if not asks(variant, "pernyata_nik"):
        return applicant(case)
    answers = case.answers
    return Applicant(
        nik=answers["pernyata_nik"],
        name=answers["pernyata_nama"],
        family_number=answers["pernyata_nomor_kk"],
        field="pernyata_nik",
    )


def members(case: Case, variant: Variant, table: str) -> tuple[FamilyMember, ...]:
    """The rows of a table with NIK, name and, where it has that column, SHDK in words."""
    field = next(item for item in variant.fields() if item.key == table)
    words = choices(case, column(variant, table, "shdk")) if _has(field, "shdk") else {}
    return tuple(
        FamilyMember(nik=row["nik"], name=row["nama"], relation=words.get(row.get("shdk", ""), ""))
        for row in case.answers.get(table) or []
    )


def _has(field: FormField, key: str) -> bool:
    return any(item.key == key for item in field.columns)


def address(case: Case, prefix: str) -> Address:
    """An address in the office's area: fields `<prefix>_alamat`, `_rt`, `_rw`, `_desa`, `_kode_pos`."""
    answers: dict[str, Any] = case.answers
    return Address(
        address=answers[f"{prefix}_alamat"].upper(),
        rt=area_number(answers[f"{prefix}_rt"]),
        rw=area_number(answers[f"{prefix}_rw"]),
        postal_code=str(answers.get(f"{prefix}_kode_pos") or ""),
        village=answers[f"{prefix}_desa"],
    )


def own_address(case: Case, variant: Variant) -> Address | None:
    """The address in the office's area that the variant asks for, if it asks for one."""
    asked = (prefix for prefix in ("tiba", "keluarga") if asks(variant, f"{prefix}_alamat"))
    return next((address(case, prefix) for prefix in asked), None)


def place(case: Case, variant: Variant, prefix: str) -> str:
    """An address elsewhere in one line, from the street to the province."""
    answers = case.answers
    parts = [answers[f"{prefix}_alamat"]]
    rt, rw = answers.get(f"{prefix}_rt"), answers.get(f"{prefix}_rw")
    if rt or rw:
        parts.append(f"RT {rt or 0:03d}/RW {rw or 0:03d}")
    parts += [answers[f"{prefix}_desa"], f"KECAMATAN {answers[f'{prefix}_kecamatan']}"]
    return ", ".join([*parts, label(case, variant, f"{prefix}_kabupaten")]).upper()


def chosen(case: Case, variant: Variant, key: str, default: str = "") -> str:
    """The words of a choice that may be left out."""
    return label(case, variant, key) if case.answers.get(key) else default


# The answers by which a standard's question says why a document is given again.
_CAUSES: dict[Any, Cause] = {"hilang": "lost", "rusak": "damaged"}
_CAUSE_LABELS: dict[str, Cause] = {"BARU": "new", "HILANG": "lost", "RUSAK": "damaged"}


def cause(case: Case, variant: Variant) -> Cause | None:
    """Why a card or letter is given: from box II of F-1.02, else from a question answered hilang or rusak."""
    for key in ("ktp_jenis", "kia_jenis"):
        if asks(variant, key) and case.answers.get(key):
            return _CAUSE_LABELS.get(label(case, variant, key), "changed")
    said = (case.answers.get(question.key) for question in variant.questions)
    return next((_CAUSES[answer] for answer in said if answer in _CAUSES), None)


def permit(case: Case, variant: Variant) -> Permit | None:
    """The residence permit and passport of F-1.03 and F-1.01, where the variant asks for them."""
    if not asks(variant, "izin_nomor"):
        return None
    answers: dict[str, Any] = case.answers
    words = label(case, variant, "izin_jenis")
    return Permit(
        kind=words,
        number=answers["izin_nomor"].upper(),
        valid_until=date.fromisoformat(answers["izin_berakhir"]),
        passport=answers.get("orang_paspor_nomor", "").upper(),
        country=answers.get("orang_kebangsaan", "").upper(),
        sponsor=answers.get("sponsor_nama", "").upper(),
        document=_PERMITS[words],
        issued_on=optional_date(answers.get("izin_terbit")),
        passport_until=optional_date(answers.get("orang_paspor_berakhir")),
    )


def person(case: Case, variant: Variant) -> Biodata:
    """One person in full: the part `orang` of F-1.01 or of the F-1.06 of 2010."""
    answers: dict[str, Any] = case.answers
    return Biodata(
        nik=answers.get("orang_nik", ""),
        name=answers["orang_nama"],
        sex=SEX[label(case, variant, "orang_jenis_kelamin")],
        birth_place=answers["orang_tempat_lahir"].upper(),
        birth_date=date.fromisoformat(answers["orang_tanggal_lahir"]),
        religion=label(case, variant, "orang_agama"),
        blood_type=chosen(case, variant, "orang_golongan_darah", "TIDAK TAHU"),
        marital_status=label(case, variant, "orang_status_kawin"),
        marriage_date=optional_date(answers.get("orang_tanggal_kawin")),
        education=label(case, variant, "orang_pendidikan"),
        occupation=label(case, variant, "orang_pekerjaan"),
        mother_name=answers.get("orang_ibu_nama", ""),
        mother_nik=answers.get("orang_ibu_nik", ""),
        father_name=answers.get("orang_ayah_nama", ""),
        father_nik=answers.get("orang_ayah_nik", ""),
        birth_certificate=answers.get("orang_akta_lahir", ""),
    )


def biodata(case: Case, variant: Variant) -> dict[str, Biodata]:
    """Everybody whom F-1.01 describes and who has a NIK, by NIK: its two tables and `orang`."""
    found: dict[str, Biodata] = {}
    answers = case.answers
    more = {row["nik"]: row for row in answers.get("biodata_lanjutan") or []}
    for row in answers.get("biodata_anggota") or []:
        if row["nik"] in more:
            found[row["nik"]] = _row(case, variant, row, more[row["nik"]])
    if answers.get("orang_nik") and answers.get("orang_nama"):
        found[answers["orang_nik"]] = person(case, variant)
    return found


def _row(case: Case, variant: Variant, row: dict[str, Any], more: dict[str, Any]) -> Biodata:
    def words(table: str, source: dict[str, Any]) -> Callable[[str], str]:
        return lambda key: choices(case, column(variant, table, key)).get(source.get(key, ""), "")

    first, second = words("biodata_anggota", row), words("biodata_lanjutan", more)
    return Biodata(
        nik=row["nik"],
        name=row["nama"],
        sex=SEX[first("jenis_kelamin")],
        birth_place=row["tempat_lahir"].upper(),
        birth_date=date.fromisoformat(row["tanggal_lahir"]),
        religion=first("agama"),
        blood_type=first("golongan_darah") or "TIDAK TAHU",
        marital_status=first("status_kawin"),
        marriage_date=optional_date(row.get("tanggal_kawin")),
        education=second("pendidikan"),
        occupation=second("pekerjaan"),
        mother_name=more["ibu_nama"],
        mother_nik=more.get("ibu_nik", ""),
        father_name=more.get("ayah_nama", ""),
        father_nik=more.get("ayah_nik", ""),
        birth_certificate=more.get("akta_lahir", ""),
    )
