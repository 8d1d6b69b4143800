"""The law of marriage and of its end, beyond what `civil` has. As there: the docstring is the sentence the
user reads.

Sources: UU 1/1974 jo. UU 16/2019 art. 3-11, UU 23/2006 art. 34-43 jo. UU 24/2013 art. 40, PP 9/1975 art. 3,
10 and 34, Perpres 96/2018 art. 37-44. What is marked [G] is general knowledge whose text was not at hand.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from loket.register.rules import _broken, age_on
from loket.register.rules.civil import FOREIGNER, MARRIED, MUSLIM

CONSENT_AGE = 21
WITNESSES = 2
UNRECORDED, WIDOWED = "KAWIN BELUM TERCATAT", "CERAI MATI"
DIVORCED, DIVORCED_UNRECORDED = "CERAI HIDUP TERCATAT", "CERAI HIDUP BELUM TERCATAT"
WEDDED = (MARRIED, UNRECORDED)
# What proves a marriage, and what ends one, as the register keeps them.
AKTA, BUKU_NIKAH, DECLARED = "akta", "buku_nikah", "sptjm"
BY_DEATH, BY_DIVORCE, BY_ANNULMENT = "death", "divorce", "annulled"


@dataclass(frozen=True)
class Lineage:
    """Whom somebody descends from, by NIK: the parents, their parents, and so on, as far as the register
    knows."""

    nik: str
    generations: tuple[frozenset[str], ...] = ()

    @property
    def parents(self) -> frozenset[str]:
        """Father and mother, where they have a NIK."""
        return self.generations[0] if self.generations else frozenset()

    @property
    def ancestors(self) -> frozenset[str]:
        """Everybody in the line above."""
        return frozenset().union(*self.generations)


# Perkawinan


def two_witnesses(count: int, field: str) -> None:
    """Perkawinan dicatat dengan dua orang saksi (Perpres 96/2018)."""
    if count != WITNESSES:
        raise _broken(two_witnesses, field)


def not_for_kua(religions: Collection[str], court: str, field: str) -> None:
    """Perkawinan penduduk yang beragama Islam dicatat oleh KUA Kecamatan (UU 23/2006 Pasal 8 ayat 2); dinas
    hanya memperbarui status perkawinan berdasarkan buku nikah."""
    # One of two faiths whose marriage a court has decided is recorded here (UU 23/2006 art. 35 a).
    if MUSLIM in religions and (len(set(religions)) == 1 or not court):
        raise _broken(not_for_kua, field)


def same_faith(religions: Collection[str], court: str, field: str) -> None:
    """Perkawinan antara dua orang yang berbeda agama dicatat berdasarkan penetapan pengadilan (UU 23/2006
    Pasal 35 huruf a)."""
    if len(set(religions)) > 1 and not court:
        raise _broken(same_faith, field)


def consent_of_parents(birth: date, wedding: date, consent: str, field: str) -> None:
    """Pihak yang belum berusia 21 tahun memerlukan izin orang tua atau wali (UU 1/1974 Pasal 6 ayat 2). Isi
    nama yang memberi izin."""
    if age_on(birth, wedding) < CONSENT_AGE and not consent:
        raise _broken(consent_of_parents, field)


def former_marriage_proved(marital_status: str, proof: str, *, recorded: bool, field: str) -> None:
    """Janda atau duda melampirkan kutipan akta kematian pasangannya atau kutipan akta perceraian (Perpres
    96/2018 Pasal 37). Isi nomor akta itu."""
    if marital_status in (WIDOWED, DIVORCED, DIVORCED_UNRECORDED) and not recorded and not proof:
        raise _broken(former_marriage_proved, field)


def after_the_former(ended: date | None, wedding: date, field: str) -> None:
    """Menurut register, perkawinan orang ini yang sebelumnya belum putus pada tanggal ini (UU 1/1974 Pasal
    9)."""
    if ended is not None and wedding < ended:
        raise _broken(after_the_former, field)


def one_husband(bound: bool, field: str) -> None:
    """Seorang wanita hanya boleh mempunyai seorang suami; wanita ini tercatat masih terikat perkawinan (UU
    1/1974 Pasal 3 ayat 1)."""
    if bound:
        raise _broken(one_husband, field)


def one_wife(bound: bool, permission: str, field: str) -> None:
    """Pria ini tercatat masih terikat perkawinan. Beristri lebih dari seorang memerlukan izin pengadilan (UU
    1/1974 Pasal 3 ayat 2 dan Pasal 9)."""
    if bound and not permission:
        raise _broken(one_wife, field)


def not_married_to_each_other(recorded: bool, field: str) -> None:
    """Perkawinan kedua orang ini sudah tercatat. Untuk kutipan yang hilang atau rusak, gunakan layanan
    penggantian kutipan akta."""
    if recorded:
        raise _broken(not_married_to_each_other, field)


def not_of_one_blood(one: Lineage, other: Lineage, by_card: bool, field: str) -> None:
    """Perkawinan dilarang antara orang tua dan anak atau cucu, antara saudara, dan antara seseorang dan
    saudara orang tua atau kakek-neneknya (UU 1/1974 Pasal 8)."""
    direct = one.nik in other.ancestors or other.nik in one.ancestors
    # Children of the same people, or a child of the ancestors of the other.
    sideways = one.parents & other.ancestors or other.parents & one.ancestors
    if direct or sideways or by_card:
        raise _broken(not_of_one_blood, field)


def not_related_by_marriage(related: bool, field: str) -> None:
    """Perkawinan dilarang antara mertua dan menantu, dan antara orang tua tiri dan anak tiri (UU 1/1974 Pasal
    8 huruf c)."""
    if related:
        raise _broken(not_related_by_marriage, field)


def announced_long_enough(working_days: int, wanted: int, dispensation: str, field: str) -> None:
    """Perkawinan baru dilangsungkan sesudah pengumuman terpasang sepuluh hari kerja, kecuali ada dispensasi
    Camat (PP 9/1975 Pasal 3 dan 10)."""
    if working_days < wanted and not dispensation:
        raise _broken(announced_long_enough, field)


def permission_of_a_foreigner(citizenship: str, permission: str, field: str) -> None:
    """Orang asing melampirkan izin dari negara atau perwakilan negaranya (Perpres 96/2018 Pasal 37). Isi
    nomor surat izinnya."""
    if citizenship == FOREIGNER and not permission:
        raise _broken(permission_of_a_foreigner, field)


# Putusnya perkawinan


def married_to_each_other(known: bool, together: bool, field: str) -> None:
    """Menurut register kedua orang ini bukan suami istri. Periksa kembali NIK-nya."""
    if known and not together:
        raise _broken(married_to_each_other, field)


def ends_after_it_began(since: date, ended: date, field: str) -> None:
    """Tanggal ini sebelum tanggal perkawinan menurut register. Periksa kembali tanggalnya."""
    if ended < since:
        raise _broken(ends_after_it_began, field)
