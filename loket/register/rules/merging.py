"""Two entries of the register that are one person: what may become one, and which values can be chosen.

Law: UU 24/2013 art. 13 (each resident has exactly one NIK, for life), Permendagri 108/2019 and the duplicate
check of biometrics behind every KTP-el (ADJUDICATE). Which NIK stays is the decision of two officials.
"""

from dataclasses import dataclass

from loket.register.rules import COUPLE_RELATIONS, RuleBroken

# What is chosen as one: its words, and the columns of a resident that go together.
CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "name": ("Nama", ("name",)),
    "sex": ("Jenis kelamin", ("sex",)),
    "birth_place": ("Tempat lahir", ("birth_place",)),
    "birth_date": ("Tanggal lahir", ("birth_date",)),
    "religion": ("Agama", ("religion",)),
    "blood_type": ("Golongan darah", ("blood_type",)),
    "education": ("Pendidikan", ("education",)),
    "occupation": ("Pekerjaan", ("occupation",)),
    "marital_status": ("Status perkawinan", ("marital_status", "marriage_date")),
    "nationality": ("Kewarganegaraan", ("nationality",)),
    "mother": ("Ibu", ("mother_name", "mother_nik")),
    "father": ("Ayah", ("father_name", "father_nik")),
    "birth_certificate": ("Nomor akta kelahiran", ("birth_certificate",)),
    "biometrics": ("Perekaman biometrik", ("biometrics_recorded_on", "biometrics_doubt")),
}


class SamePerson(RuleBroken):
    """Pilih dua data yang berbeda."""


class AlreadyMerged(RuleBroken):
    """Salah satu NIK ini sudah ditutup karena digabung, sehingga tidak dapat digabung lagi."""


class Relatives(RuleBroken):
    """Kedua orang ini tercatat sebagai suami istri, atau sebagai orang tua dan anak, sehingga bukan orang
    yang sama."""


class DeadOneStays(RuleBroken):
    """Salah satu tercatat sudah meninggal. NIK yang tetap berlaku harus NIK yang tercatat meninggal, supaya
    akta kematiannya tetap pada orangnya (UU 23/2006 Pasal 44)."""


class HeadOfOthers(RuleBroken):
    """Orang ini kepala keluarga yang masih punya anggota. Pilih keluarga itu sebagai keluarga yang dipakai,
    atau tetapkan dahulu kepala keluarga penggantinya (Perpres 96/2018)."""


class NoPlaceForTheGone(RuleBroken):
    """Yang NIK-nya tetap berlaku tercatat meninggal atau pindah, sehingga tidak dapat masuk ke keluarga."""


class UnknownChoice(RuleBroken):
    """Data yang dipilih tidak dikenal. Muat ulang halaman."""


@dataclass(frozen=True)
class Person:
    """What the rules need to know of one of the two."""

    id: int
    nik: str
    status: str
    mother_nik: str
    father_nik: str
    family: int | None
    relation: str


def may_be_one(survivor: Person, merged: Person) -> None:
    """Refuse two who cannot be one person. Raises SamePerson, AlreadyMerged, Relatives, DeadOneStays."""
    if survivor.id == merged.id:
        raise SamePerson()
    if "GABUNG" in (survivor.status, merged.status):
        raise AlreadyMerged()
    parents = ((survivor.mother_nik, survivor.father_nik), (merged.mother_nik, merged.father_nik))
    couple = survivor.family is not None and survivor.family == merged.family
    couple = couple and {survivor.relation, merged.relation} <= COUPLE_RELATIONS
    if merged.nik in parents[0] or survivor.nik in parents[1] or couple:
        raise Relatives()
    if merged.status == "MATI" and survivor.status != "MATI":
        raise DeadOneStays(field="survivor")


def columns(take: list[str]) -> list[str]:
    """The columns that these choices stand for. Raises UnknownChoice."""
    if not set(take) <= set(CHOICES):
        raise UnknownChoice()
    return [column for choice in take for column in CHOICES[choice][1]]
