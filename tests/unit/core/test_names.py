"""Names that are one name, and names that are not, by how they sound."""

import pytest

from loket.core.names import address_words, name_choices, name_words, same_sound

ALIKE = [
    ("MUHAMMAD IQBAL", "Moh. Iqbal"),
    ("MUHAMMAD IQBAL", "M. IKBAL"),
    ("MOCHAMAD FAUZI", "Mohammad Pauzi"),
    ("MOEHAMMAD RIZKY", "Muh Rizqi"),
    ("MHD. ALI", "MOHAMED ALI"),
    ("DEWI", "DEWY"),
    ("SOEKARNO", "SUKARNO"),
    ("DJOKO TJAHJONO", "JOKO CAHYONO"),
    ("NJOMAN SJARIF", "NYOMAN SARIF"),
    ("JUSUF", "YUSUP"),
    ("NUR HAYATI", "NURHAYATI"),
    ("NOER AZIZAH", "NURAZIZA"),
    ("ABDUL RAHMAN", "ABDURRAHMAN"),
    ("ABD. RACHMAN", "ABDUL ROHMAN"),
    ("H. ACHMAD SYARIF, S.PD.", "AHMAD SARIF"),
    ("NY. SITTI FATHIMAH", "ST. FATIMA"),
    ("HJ. SITI AISYAH", "SITI AISAH"),
    ("KHOIRUL ANWAR", "CHAIRUL ANWAR"),
    ("ZAENAL ABIDIN", "ZAINAL ABIDIN"),
    ("CHRISTINA CHANDRA", "KRISTINA CANDRA"),
    ("MA'RUF", "MARUF"),
    ("NOVITA", "NOFITA"),
    ("SOPHIA", "SOFIA"),
    ("RENÉ", "RENE"),
    ("SITI AMINAH SARI", "ST. AMINA SARI"),
    ("NUR AMINAH SARI", "NURAMINA SARI"),
    ("ANNISA RAHMAD", "ANISA RACHMAT"),
]
DIFFERENT = [
    ("MAHMUD", "MUHAMMAD"),
    ("DEWI", "DWI"),
    ("BUDI SANTOSO", "BUDI SANTOSA"),
    ("SITI AMINAH", "SITI AMINI"),
    ("AHMAD", "MUHAMMAD"),
    ("RINA", "RANI"),
    ("SRI WAHYUNI", "SRI WAHYUDI"),
    ("ANI", "JANI"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_variants_of_a_name_are_one(one: str, other: str) -> None:
    assert same_sound(one, other)
    found = set(name_words(one))
    assert [set(choice) <= found for choice in name_choices(other)].count(True) >= 1


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert not same_sound(one, other)


def test_words_and_their_neighbours() -> None:
    assert name_words("Nur  HAYATI-Sari") == ["nur", "haiati", "sari", "nurhaiati", "haiatisari"]
    assert name_choices("hayati nur") == [["haiati", "nur"], ["haiatinur"]]
    assert name_choices("Dewi") == [["dewi"]]


def test_titles_go_unless_nothing_else_is_there() -> None:
    assert name_words("DRS. H. SUTRISNO, M.SI.") == ["sutrisno"]
    assert name_words("HAJI") == ["hai"]
    assert name_words(", BUDI") == ["budi"]


def test_a_text_without_letters_names_nobody() -> None:
    assert (name_words(" 12-3 "), name_choices("*"), same_sound("", "-")) == ([], [], False)


def test_words_of_an_address() -> None:
    assert address_words("Jl. Melati No. 007, RT 03") == ["melati", "7", "3"]
    assert address_words(" - ") == []
