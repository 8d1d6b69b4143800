"""The law of the register. Each rule is one function; its docstring is the sentence the user reads.

This module has births and families, `civil` the other vital events.

Sources: UU 23/2006 jo. UU 24/2013, Perpres 96/2018, Permendagri 108/2019, Permendagri 73/2022. Where a
bound is not in a text we hold, it is in `LIMITS`, marked unverified, so that an office can change it.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from loket.core.errors import LoketError
from loket.core.identity import Sex

# Unverified bounds: plausibility, not law.
LIMITS = {
    "mother_min_age_years": 10,
    "mother_max_age_years": 60,
    "father_death_before_birth_days": 310,
}
WITNESS_AGE = 21
LATE_AFTER_DAYS = 60
NAME_MAX_LETTERS = 60
NAME_MIN_WORDS = 2
CHILD = "ANAK"
HEAD = "KEPALA KELUARGA"
HUSBAND, WIFE = "SUAMI", "ISTRI"
# Who on a card may be a couple: the head with husband or wife.
COUPLE_RELATIONS = frozenset({HEAD, HUSBAND, WIFE})
_CHILD_OF = {HEAD: CHILD, WIFE: CHILD, HUSBAND: CHILD, CHILD: "CUCU", "MENANTU": "CUCU"}

HEAD_AGE = 17

ParentsKind = Literal["married", "unrecorded", "mother_only"]
# Why a family card is issued: alasan permohonan of F-1.15.
CardReason = Literal["new_household", "lost_or_damaged", "other"]


class RuleBroken(LoketError):
    """Data ini tidak memenuhi aturan pencatatan."""

    status = 422


@dataclass(frozen=True)
class PersonFacts:
    """What the rules need to know of a resident."""

    nik: str
    name: str
    sex: Sex
    birth_date: date
    alive: bool
    death_date: date | None
    ever_married: bool
    family_number: str | None
    office: str
    moved_away: bool = False
    marital_status: str = ""


def _broken(rule: object, field: str | None = None) -> RuleBroken:
    return RuleBroken(" ".join((getattr(rule, "__doc__", "") or "").split()), field=field)


def age_on(birth: date, day: date) -> int:
    """Completed years on `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_late(birth: date, reported: date) -> bool:
    """Pelaporan kelahiran melewati 60 hari sejak lahir (UU 24/2013 Pasal 32)."""
    return (reported - birth).days > LATE_AFTER_DAYS


def birth_register_type(birth: date, reported: date) -> Literal["LU", "LT"]:
    """`LU` for a birth reported in time, `LT` for a late one (UU 24/2013 art. 32)."""
    return "LT" if is_late(birth, reported) else "LU"


def not_in_future(birth: date, reported: date) -> None:
    """Tanggal lahir anak tidak boleh sesudah tanggal pelaporan."""
    if birth > reported:
        raise _broken(not_in_future, "anak_tanggal_lahir")


def _is_latin_letter(sign: str) -> bool:
    return sign.isalpha() and unicodedata.name(sign).startswith("LATIN ")


def child_name(name: str) -> None:
    """Nama anak paling sedikit dua kata, paling banyak 60 huruf termasuk spasi, mudah dibaca, dengan huruf
    Latin tanpa angka dan tanda baca (Permendagri 73/2022)."""
    if not _is_good_name(name):
        raise _broken(child_name, "anak_nama")


def _is_good_name(name: str) -> bool:
    words = name.split()
    only_letters = all(_is_latin_letter(sign) for word in words for sign in word)
    return only_letters and len(words) >= NAME_MIN_WORDS and len(name) <= NAME_MAX_LETTERS


def mother_is_woman(mother: PersonFacts) -> None:
    """Ibu yang dilaporkan tercatat sebagai laki-laki. Periksa kembali NIK ibu."""
    if mother.sex != "P":
        raise _broken(mother_is_woman, "ibu_nik")


def mother_alive_at_birth(mother: PersonFacts, birth: date) -> None:
    """Ibu tercatat sudah meninggal sebelum tanggal lahir anak. Periksa kembali NIK ibu dan tanggal lahir."""
    if mother.death_date is not None and mother.death_date < birth:
        raise _broken(mother_alive_at_birth, "ibu_nik")


def mother_older_than_child(mother: PersonFacts, birth: date) -> None:
    """Umur ibu pada tanggal lahir anak tidak mungkin. Periksa kembali NIK ibu dan tanggal lahir anak."""
    age = age_on(mother.birth_date, birth)
    if not LIMITS["mother_min_age_years"] <= age <= LIMITS["mother_max_age_years"]:
        raise _broken(mother_older_than_child, "ibu_nik")


def mother_at_office(mother: PersonFacts, office: str) -> None:
    """Kelahiran dilaporkan ke kantor tempat tinggal penduduk (UU 24/2013 Pasal 102 huruf b); ibu tidak
    tercatat sebagai penduduk di wilayah kantor ini."""
    if mother.office != office or mother.family_number is None:
        raise _broken(mother_at_office, "ibu_nik")


def father_is_man(father: PersonFacts) -> None:
    """Ayah yang dilaporkan tercatat sebagai perempuan. Periksa kembali NIK ayah."""
    if father.sex != "L":
        raise _broken(father_is_man, "ayah_nik")


def father_lived(father: PersonFacts, birth: date) -> None:
    """Ayah tercatat meninggal terlalu lama sebelum anak lahir. Periksa kembali NIK ayah."""
    limit = LIMITS["father_death_before_birth_days"]
    if father.death_date is not None and (birth - father.death_date).days > limit:
        raise _broken(father_lived, "ayah_nik")


def father_older_than_child(father: PersonFacts, birth: date) -> None:
    """Umur ayah pada tanggal lahir anak tidak mungkin. Periksa kembali NIK ayah dan tanggal lahir anak."""
    if age_on(father.birth_date, birth) < LIMITS["mother_min_age_years"]:
        raise _broken(father_older_than_child, "ayah_nik")


def reporter_alive(reporter: PersonFacts) -> None:
    """Pelapor tercatat sudah meninggal. Periksa kembali NIK pelapor."""
    if not reporter.alive:
        raise _broken(reporter_alive, "pelapor_nik")


def witness_of_age(witness: PersonFacts, reported: date, field: str) -> None:
    """Saksi harus masih hidup dan berusia 21 tahun ke atas atau sudah kawin (Perpres 96/2018)."""
    if not witness.alive:
        raise _broken(witness_of_age, field)
    if age_on(witness.birth_date, reported) < WITNESS_AGE and not witness.ever_married:
        raise _broken(witness_of_age, field)


def witnesses_independent(witness_niks: list[str], party_niks: list[str]) -> None:
    """Kedua saksi harus dua orang berbeda, dan bukan pelapor, ayah, ibu, atau yang menyatakan dalam SPTJM
    (Perpres 96/2018)."""
    people = [*witness_niks, *{nik for nik in party_niks if nik}]
    if len(people) != len(set(people)):
        raise _broken(witnesses_independent, "saksi1_nik")


def parents_kind(*, father_known: bool, couple_recorded: bool) -> ParentsKind:
    """How the kutipan names the parents: a couple, an unrecorded couple, or a mother alone."""
    if not father_known:
        return "mother_only"
    return "married" if couple_recorded else "unrecorded"


def relation_of_child(mother_relation: str) -> str:
    """The child's place in the family of a parent (SHDK): the head's child, grandchild or other kin."""
    return _CHILD_OF.get(mother_relation, "FAMILI LAIN")


def same_child(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two births of one mother on one day are the same child: same name, same sex.

    Twins have different names; the same name with another spelling of spaces or case is the same.
    """
    return " ".join(one[0].upper().split()) == " ".join(other[0].upper().split()) and one[1] == other[1]


def lives_at_office(person: PersonFacts, office: str, field: str) -> None:
    """Orang ini tidak tercatat sebagai penduduk di wilayah kantor ini, sedangkan Kartu Keluarga
    diterbitkan oleh kantor tempat tinggal penduduk (UU 24/2013 Pasal 102 huruf b)."""
    if person.office != office or person.moved_away:
        raise _broken(lives_at_office, field)


def still_alive(person: PersonFacts, field: str) -> None:
    """Orang ini tercatat sudah meninggal, sehingga tidak dapat dicantumkan. Periksa kembali NIK-nya."""
    if not person.alive:
        raise _broken(still_alive, field)


def name_agrees(person: PersonFacts, name: str, field: str) -> None:
    """Nama yang ditulis bukan nama pemilik NIK ini menurut register. Periksa kembali NIK dan namanya."""
    # [G] A wrong digit must not move a stranger; spaces, signs and case make no difference.
    if _letters(person.name) != _letters(name):
        raise _broken(name_agrees, field)


def _letters(name: str) -> str:
    return "".join(sign for sign in name.upper() if sign.isalpha())


def named_once(niks: list[str], field: str) -> None:
    """Ada anggota keluarga yang ditulis dua kali. Hapus salah satunya."""
    # Nobody is in two families or twice in one (UU 23/2006 art. 62: one KK for each family, [G]).
    if len(niks) != len(set(niks)):
        raise _broken(named_once, field)


def one_head(relations: list[str], field: str) -> None:
    """Kartu Keluarga harus memuat tepat satu kepala keluarga."""
    if relations.count(HEAD) != 1:
        raise _broken(one_head, field)


def may_head(birth: date, marital_status: str, day: date) -> bool:
    """Whether somebody is old enough to head a family, or is or was married."""
    return age_on(birth, day) >= HEAD_AGE or marital_status != "BELUM KAWIN"


def head_of_age(head: PersonFacts, day: date, field: str) -> None:
    """Kepala keluarga harus berumur 17 tahun ke atas, atau sudah atau pernah kawin."""
    # [G]; the same bound as for the KTP-el (UU 24/2013 art. 63).
    if age_on(head.birth_date, day) < HEAD_AGE and not head.ever_married:
        raise _broken(head_of_age, field)


def head_leaves_nobody(leaving: list[str], staying: list[str], field: str) -> None:
    """Kepala keluarga lama tidak dapat keluar selama masih ada anggota yang tinggal di Kartu Keluarganya.
    Masukkan semua anggota, atau tetapkan dulu kepala keluarga penggantinya."""
    # [G] Both are relations (SHDK) in the family that is left.
    if HEAD in leaving and staying:
        raise _broken(head_leaves_nobody, field)


def applicant_is_member(applicant_nik: str, niks: list[str], field: str) -> None:
    """Pemohon harus anggota keluarga yang dimohonkan Kartu Keluarganya."""
    # [G] The form is that of the family; somebody else acts by power of attorney in the member's name.
    if applicant_nik not in niks:
        raise _broken(applicant_is_member, field)


def number_is_theirs(given: str, recorded: str | None, field: str) -> None:
    """Nomor KK semula bukan nomor Kartu Keluarga pemohon menurut register. Periksa kembali nomornya."""
    if given and given != recorded:
        raise _broken(number_is_theirs, field)


def member_recorded(nik: str, recorded: list[str], field: str) -> None:
    """Orang ini bukan anggota Kartu Keluarga pemohon. Kartu yang hilang, rusak, atau dibetulkan hanya
    memuat anggota yang sudah tercatat di dalamnya."""
    if nik not in recorded:
        raise _broken(member_recorded, field)


def relation_unchanged(given: str, recorded: str, field: str) -> None:
    """Hubungan dalam keluarga ini tidak sama dengan register, sedangkan kartu yang hilang atau rusak
    diganti tanpa perubahan. Untuk membetulkannya, pilih alasan lainnya."""
    if given != recorded:
        raise _broken(relation_unchanged, field)


def head_stays(given: str, recorded: str, field: str) -> None:
    """Kepala keluarga tidak dapat diganti dengan membetulkan kartu. Penggantian kepala keluarga memerlukan
    Kartu Keluarga dengan nomor baru (Perpres 96/2018)."""
    if (given == HEAD) != (recorded == HEAD):
        raise _broken(head_stays, field)


def village_of_office(village: str, area: str, *, in_force: bool) -> None:
    """Desa atau kelurahan ini tidak termasuk wilayah kantor ini."""
    if not in_force or not village.startswith(f"{area}."):
        raise _broken(village_of_office, "desa")


def same_village(given: str, recorded: str) -> None:
    """Pindah ke desa atau kelurahan lain tidak dapat dicatat dengan membetulkan kartu. Gunakan layanan
    perpindahan penduduk."""
    # [G] A move has a form of its own (F-1.03 of Permendagri 109/2019).
    if given != recorded:
        raise _broken(same_village, "desa")


def is_personal_counter(key: str) -> bool:
    """Whether a counter's key carries a birth date or a family's day of issue, and is not shown to
    everybody."""
    return key.startswith(("nik:", "kk:"))
