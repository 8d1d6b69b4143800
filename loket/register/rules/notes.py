"""The law of what changes an akta that is in the book already. As in the package: a rule is a function, its
docstring is the sentence the user reads.

Sources: UU 23/2006 jo. UU 24/2013 art. 52 (name), 53-55 (citizenship), 56 (other important events), 71
(correction), 72 (annulment), Permendagri 73/2022 (names), Permendagri 108/2019. What is marked [G] is general
knowledge whose text was not at hand.
"""

from collections.abc import Collection
from datetime import date
from difflib import SequenceMatcher

from loket.core.names import name_words
from loket.register.rules import _broken, _is_good_name, age_on

# Below this age a guardian acts for whose akta it is. [G]
GROWN_AGE = 18
# How alike two names must be written for the difference to be a slip of the pen. [G]
SLIP_LIKENESS = 0.6
# Within how many days a note must be asked for, from the decision on (reference 08; art. 52 is certain, [G]).
REPORT_WITHIN_DAYS = {"name_change": 30, "other_event": 30, "citizenship_gain": 60, "birth_abroad": 30}
# Their annulment is an event of its own, which knows what becomes of husband and wife.
COUPLE_BOOKS = frozenset({"KW", "CR"})
INDONESIA = frozenset({"INDONESIA", "REPUBLIK INDONESIA", "WNI", "WARGA NEGARA INDONESIA"})


def days_late(kind: str, decided: date | None, reported: date) -> int:
    """By how many days an event was reported too late; 0 in time, or where nothing is promised. No refusal:
    the law knows a fine, which most offices waive."""
    if decided is None or kind not in REPORT_WITHIN_DAYS:
        return 0
    return max(0, (reported - decided).days - REPORT_WITHIN_DAYS[kind])


def new_name(name: str, field: str) -> None:
    """Nama baru paling sedikit dua kata, paling banyak 60 huruf termasuk spasi, mudah dibaca, dengan huruf
    Latin tanpa angka dan tanda baca (Permendagri 73/2022)."""
    if not _is_good_name(name):
        raise _broken(new_name, field)


def is_another(value: object, recorded: object, field: str) -> None:
    """Data ini sudah demikian di register, sehingga tidak ada yang diubah."""
    if value == recorded:
        raise _broken(is_another, field)


def guardian_for_child(birth: date, day: date, guardian_nik: str, field: str) -> None:
    """Pemilik akta belum berusia 18 tahun, sehingga walinya yang memohon. Isi nama dan NIK wali."""
    if age_on(birth, day) < GROWN_AGE and not guardian_nik:
        raise _broken(guardian_for_child, field)


def court_decided(court: str, number: str, day: date | None, field: str) -> None:
    """Peristiwa ini dicatat berdasarkan penetapan atau putusan pengadilan. Isi nama pengadilan, nomor, dan
    tanggalnya."""
    if not court or not number or day is None:
        raise _broken(court_decided, field)


def as_written(given: str, recorded: str, field: str) -> None:
    """Yang ditulis pada isian semula bukan yang tertulis dalam akta menurut register. Periksa kembali."""
    if " ".join(given.upper().split()) != " ".join(recorded.upper().split()):
        raise _broken(as_written, field)


def slip_of_the_pen(before: str, after: str, field: str) -> None:
    """Nama yang sama sekali lain bukan kesalahan tulis redaksional (UU 23/2006 Pasal 71), melainkan perubahan
    nama, yang memerlukan penetapan pengadilan (Pasal 52)."""
    sound = set(name_words(before)) & set(name_words(after))
    alike = SequenceMatcher(None, before.upper(), after.upper()).ratio()
    if not sound and alike < SLIP_LIKENESS:
        raise _broken(slip_of_the_pen, field)


def after_birth(birth: date, day: date, field: str) -> None:
    """Tanggal peristiwa ini tidak boleh sebelum tanggal lahir orangnya."""
    if day < birth:
        raise _broken(after_birth, field)


def in_such_akta(book: str, books: Collection[str], field: str) -> None:
    """Unsur ini tidak ada dalam akta jenis ini. Periksa kembali nomor akta dan unsur yang dibetulkan."""
    if book not in books:
        raise _broken(in_such_akta, field)


def not_of_a_couple(book: str, field: str) -> None:
    """Akta perkawinan dan akta perceraian dibatalkan dengan layanan pembatalan perkawinan atau pembatalan
    perceraian (UU 23/2006 Pasal 37 dan 43)."""
    if book in COUPLE_BOOKS:
        raise _broken(not_of_a_couple, field)


def no_spouse(marital_status: str, field: str) -> None:
    """Orang ini tercatat masih terikat perkawinan, sedangkan perkawinan dicatat antara seorang pria dan
    seorang wanita (UU 1/1974 Pasal 1). Selesaikan dulu pencatatan perkawinannya."""
    # [G] The court's decision on the sex does not end the marriage.
    if marital_status == "KAWIN TERCATAT":
        raise _broken(no_spouse, field)


def becomes_foreign(country: str, field: str) -> None:
    """Kewarganegaraan baru masih Indonesia. Tulis nama negara yang kewarganegaraannya diperoleh."""
    if " ".join(country.upper().split()) in INDONESIA:
        raise _broken(becomes_foreign, field)


def becomes_indonesian(country: str, field: str) -> None:
    """Untuk memperoleh kewarganegaraan Republik Indonesia, kewarganegaraan baru ditulis Indonesia."""
    if " ".join(country.upper().split()) not in INDONESIA:
        raise _broken(becomes_indonesian, field)


def is_foreigner(nationality: str, field: str) -> None:
    """Orang ini sudah tercatat sebagai warga negara Indonesia."""
    if nationality == "WNI":
        raise _broken(is_foreigner, field)


# Anak yang ditemukan


def origin_shown(police: str, declarant: str, field: str) -> None:
    """Kelahiran anak yang tidak diketahui asal-usul atau orang tuanya dicatat berdasarkan berita acara
    pemeriksaan kepolisian (UU 23/2006 Pasal 28), atau SPTJM kebenaran data kelahiran dengan dua saksi."""
    if not police and not declarant:
        raise _broken(origin_shown, field)


def has_guardians_card(number: str | None, field: str) -> None:
    """Orang yang merawat anak ini belum tercatat dalam Kartu Keluarga di kantor ini, sehingga anak belum
    dapat dimasukkan."""
    if number is None:
        raise _broken(has_guardians_card, field)


def guardian_of_age(birth: date, day: date, ever_married: bool, field: str) -> None:
    """Yang merawat anak ini harus berusia 21 tahun ke atas atau sudah kawin."""
    # [G] The same bound as for witnesses.
    if age_on(birth, day) < 21 and not ever_married:  # noqa: PLR2004 (the bound stands in the sentence)
        raise _broken(guardian_of_age, field)


# Kelahiran di luar negeri


def recorded_after(birth: date, recorded: date, reported: date, field: str) -> None:
    """Tanggal bukti pencatatan dari negara setempat harus di antara tanggal lahir dan tanggal pelaporan."""
    if not birth <= recorded <= reported:
        raise _broken(recorded_after, field)
