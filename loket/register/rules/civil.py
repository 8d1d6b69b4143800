"""The law of the vital events besides birth. As in the package: a rule is a function, its docstring is the
sentence the user reads.

Marriage and its end have more of it in `couples`, death in `deaths`.

Sources: UU 23/2006 jo. UU 24/2013 (articles named), UU 1/1974 jo. UU 16/2019, PP 54/2007, Perpres 96/2018.
What is marked [G] is general knowledge whose text was not at hand.
"""

from collections.abc import Collection
from datetime import date

from loket.register.rules import PersonFacts, _broken, age_on

# The two letters of an akta number. LU, LT, KM, KW and CR are widely attested; the others vary. [G]
BOOKS = {
    "death": "KM",
    "marriage": "KW",
    "divorce": "CR",
    "acknowledgement": "PA",
    "legitimation": "PS",
}
BOOK_TITLES = {
    "LU": "Akta Kelahiran",
    "LT": "Akta Kelahiran",
    "KM": "Akta Kematian",
    "KW": "Akta Perkawinan",
    "CR": "Akta Perceraian",
    "PA": "Akta Pengakuan Anak",
    "PS": "Akta Pengesahan Anak",
}
BIRTH_BOOKS = frozenset({"LU", "LT"})
# What the number of a letter begins with, after the pattern of SKPWNI. [G]
LETTERS = {
    "birth_statement": "SKL",
    "stillbirth": "SKLM",
    "death_statement": "SKM",
    "marriage_annulment": "SKPP",
    "divorce_annulment": "SKPC",
    "adoption": "SKPA",
    "citizenship_loss": "SKPK",
    "civil_statement": "SKPS",
    "birth_abroad": "SPLN",
    # Notes beside an akta.
    "name_change": "CP",
    "akta_correction": "CP",
    "other_event": "CP",
    "akta_annulment": "CP",
    "akta_withdrawal": "CP",
    "citizenship_gain": "CP",
}
UNMARRIED, MARRIED = "BELUM KAWIN", "KAWIN TERCATAT"
DIVORCED, WIDOWED = "CERAI HIDUP TERCATAT", "CERAI MATI"
MARRIAGE_AGE = 19
ADOPTION_AGE = 18
MUSLIM = "ISLAM"
CITIZEN, FOREIGNER = "WNI", "WNA"


def happened(day: date, reported: date, field: str) -> None:
    """Tanggal peristiwa tidak boleh sesudah tanggal pelaporan."""
    if day > reported:
        raise _broken(happened, field)


def at_home(person: PersonFacts, office: str, field: str) -> None:
    """Peristiwa ini dilaporkan ke kantor tempat tinggal penduduk (UU 24/2013 Pasal 102 huruf b), sedangkan
    orang ini tidak tercatat sebagai penduduk di wilayah kantor ini."""
    if person.office != office or person.moved_away:
        raise _broken(at_home, field)


def one_at_home(offices: Collection[str], office: str, field: str) -> None:
    """Paling sedikit salah satu dari kedua orang ini harus tercatat sebagai penduduk di wilayah kantor ini
    (UU 24/2013 Pasal 102 huruf b)."""
    if office not in offices:
        raise _broken(one_at_home, field)


def declared(birth_place: str, birth_date: date | None, field: str) -> None:
    """Orang ini tidak tercatat di register, sehingga tempat dan tanggal lahirnya harus diisi."""
    if not birth_place or birth_date is None:
        raise _broken(declared, field)


def citizen_has_number(citizenship: str, nik: str, field: str) -> None:
    """Warga negara Indonesia dicatat dengan NIK-nya (UU 24/2013 Pasal 13). Isi NIK orang ini."""
    if citizenship != FOREIGNER and not nik:
        raise _broken(citizen_has_number, field)


def witnesses_apart(witnesses: Collection[str], others: Collection[str]) -> None:
    """Kedua saksi harus dua orang berbeda, dan bukan pelapor atau orang yang peristiwanya dicatat
    (Perpres 96/2018)."""
    people = [*witnesses, *{nik for nik in others if nik}]
    if len(people) != len(set(people)):
        raise _broken(witnesses_apart, "saksi1_nik")


def couple_as_declared(declared: tuple[str, str], parents: tuple[str, str]) -> None:
    """Suami dan istri dalam SPTJM harus ayah dan ibu anak yang dilaporkan (Perpres 96/2018)."""
    if declared != parents:
        raise _broken(couple_as_declared, "sptjm_pasangan_suami_nik")


def father_at_office(father: PersonFacts, office: str) -> None:
    """Ibu orang asing yang tidak tercatat dalam Kartu Keluarga; ayah pun tidak tercatat dalam Kartu Keluarga
    di wilayah kantor ini (UU 24/2013 Pasal 102 huruf b)."""
    if father.office != office or father.family_number is None or not father.alive:
        raise _broken(father_at_office, "ayah_nik")


def couple_is_shown(shown: bool, field: str) -> None:
    """Perkawinan ayah dan ibu tidak tercatat, dan keduanya bukan suami istri dalam satu Kartu Keluarga. Isi
    SPTJM kebenaran sebagai pasangan suami istri (F-2.04), mutakhirkan dulu status perkawinannya, atau
    kosongkan data ayah: anak lalu dicatat sebagai anak seorang ibu (Permendagri 108/2019)."""
    if not shown:
        raise _broken(couple_is_shown, field)


def declarant_alive(alive: bool) -> None:
    """Yang menyatakan dalam SPTJM kebenaran data kelahiran tercatat sudah meninggal. Periksa kembali
    NIK-nya."""
    if not alive:
        raise _broken(declarant_alive, "sptjm_kelahiran_nik")


# Kematian


def dies_once(death_date: date | None, field: str) -> None:
    """Kematian orang ini sudah tercatat. Untuk kutipan yang hilang atau rusak, gunakan layanan penggantian
    kutipan akta."""
    if death_date is not None:
        raise _broken(dies_once, field)


def as_stated(day: date, recorded: date, field: str) -> None:
    """Tanggal kematian tidak sama dengan tanggal dalam surat keterangan kematian yang sudah diterbitkan."""
    if day != recorded:
        raise _broken(as_stated, field)


def lived_before(birth: date, death: date, field: str) -> None:
    """Tanggal kematian tidak boleh sebelum tanggal lahir orang ini menurut register."""
    if death < birth:
        raise _broken(lived_before, field)


def basis_for_unknown(basis: str, field: str) -> None:
    """Kematian seseorang yang tidak tercatat dalam basis data kependudukan dicatat dengan putusan pengadilan,
    surat keterangan kepolisian, atau dokumen perjalanannya (Perpres 96/2018)."""
    if not basis:
        raise _broken(basis_for_unknown, field)


# Perkawinan dan perceraian


def man_and_woman(husband: str, wife: str) -> None:
    """Perkawinan dicatat antara seorang pria sebagai suami dan seorang wanita sebagai istri (UU 1/1974 Pasal
    1). Periksa kembali NIK suami dan istri."""
    if (husband or "L", wife or "P") != ("L", "P"):
        raise _broken(man_and_woman, "subjek1_nik")


def of_marriage_age(birth: date, wedding: date, dispensation: str, field: str) -> None:
    """Perkawinan hanya diizinkan bila kedua pihak sudah berusia 19 tahun; di bawah usia itu diperlukan
    dispensasi pengadilan (UU 16/2019 Pasal 7)."""
    if age_on(birth, wedding) < MARRIAGE_AGE and not dispensation:
        raise _broken(of_marriage_age, field)


def married(marital_status: str, field: str) -> None:
    """Perkawinan orang ini tidak tercatat di register, sehingga tidak dapat diceraikan atau dibatalkan
    (UU 23/2006 Pasal 37 dan 40)."""
    if marital_status != MARRIED:
        raise _broken(married, field)


def divorced(marital_status: str, field: str) -> None:
    """Perceraian orang ini tidak tercatat di register, sehingga tidak dapat dibatalkan (UU 23/2006 Pasal
    43)."""
    if marital_status != DIVORCED:
        raise _broken(divorced, field)


def of_these_people(named: Collection[str], niks: Collection[str], field: str) -> None:
    """Nomor akta ini bukan nomor akta orang-orang ini menurut register. Periksa kembali nomornya."""
    if not {nik for nik in niks if nik} <= set(named):
        raise _broken(of_these_people, field)


def still_stands(ended: str, field: str) -> None:
    """Akta ini sudah tidak berlaku karena perceraian atau pembatalan."""
    if ended:
        raise _broken(still_stands, field)


def of_this_book(book: str, wanted: Collection[str], field: str) -> None:
    """Nomor akta ini bukan nomor akta jenis yang dimaksud. Periksa kembali nomornya."""
    if book not in wanted:
        raise _broken(of_this_book, field)


# Anak


def has_no_father(father_name: str, field: str) -> None:
    """Ayah anak ini sudah tercatat, sehingga anak tidak dapat diakui lagi (UU 24/2013 Pasal 49)."""
    if father_name:
        raise _broken(has_no_father, field)


def is_the_mother(recorded: str, given: str, field: str) -> None:
    """Ibu yang ditulis bukan ibu anak ini menurut register. Periksa kembali NIK ibu."""
    # Where the register knows her name alone, the kutipan akta kelahiran in the file shows who she is.
    if recorded and given and recorded != given:
        raise _broken(is_the_mother, field)


def is_the_father(recorded: str, given: str, field: str) -> None:
    """Ayah yang ditulis bukan ayah anak ini menurut register. Periksa kembali NIK ayah."""
    if recorded and recorded != given:
        raise _broken(is_the_father, field)


def may_be_father(sex: str, birth: date, child_birth: date, field: str) -> None:
    """Orang yang ditulis tidak mungkin ayah anak ini: jenis kelamin atau tanggal lahirnya tidak sesuai."""
    if sex != "L" or birth >= child_birth:
        raise _broken(may_be_father, field)


def court_for_foreign_mother(nik: str, court: str, field: str) -> None:
    """Bila ibu kandung orang asing, pengakuan anak memerlukan penetapan pengadilan (Perpres 96/2018)."""
    if not nik and not court:
        raise _broken(court_for_foreign_mother, field)


def married_before_birth(wedding: date, birth: date, court: str, field: str) -> None:
    """Pengesahan anak yang orang tuanya kawin menurut agama sesudah anak lahir memerlukan penetapan
    pengadilan (UU 24/2013 Pasal 50)."""
    if wedding > birth and not court:
        raise _broken(married_before_birth, field)


def still_a_child(birth: date, decided: date, field: str) -> None:
    """Anak yang diangkat harus belum berusia 18 tahun pada tanggal penetapan pengadilan (PP 54/2007)."""
    if age_on(birth, decided) >= ADOPTION_AGE:
        raise _broken(still_a_child, field)


def not_own_parent(adopter: str, parents: Collection[str], field: str) -> None:
    """Orang tua angkat tercatat sebagai orang tua kandung anak ini. Periksa kembali NIK-nya."""
    if adopter and adopter in parents:
        raise _broken(not_own_parent, field)


# Kewarganegaraan


def is_citizen(nationality: str, field: str) -> None:
    """Orang ini tidak tercatat sebagai warga negara Indonesia."""
    if nationality != CITIZEN:
        raise _broken(is_citizen, field)
