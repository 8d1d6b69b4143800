"""Forms with tables of rows and villages: what a revision captures, and each mistake's sentence."""

import pytest

from loket.catalogue.actions import canonical_json
from loket.catalogue.rules import VILLAGES, Service
from tests.unit.catalogue.conftest import Library

TABLE = """\
  - part: penjamin
    title: Data penjamin
    fields:
      - {key: jumlah, label: Jumlah, type: integer}
      - {key: desa, label: Desa, type: village}
      - key: teman
        label: Teman
        type: rows
        min: 1
        max: 5
        columns:
          - {key: nama, label: Nama, type: name}
          - {key: suka, label: Kesukaan, type: choice, options: jenis_buku}
"""
RULES = """\
  - rule: counts
    fields: [jumlah, teman]
    message: Jumlahnya lain.
  - rule: exactly_one
    fields: [teman]
    column: suka
    value: "1"
    message: Tepat satu.
  - rule: unique
    fields: [teman]
    column: nama
    message: Dua kali.
"""


@pytest.fixture
def tables(library: Library) -> Library:
    """The library's form with a table, a village and rules over rows."""
    text = library.path("form").read_text()
    start, end = text.index("  - part: penjamin"), text.index("rules:\n")
    rules = text.index("  - rule: not_before")
    different = text[end:rules].replace("penjamin_nama", "anggota_lahir")
    library.path("form").write_text(text[:start] + TABLE + different + RULES)
    areas = library.root / "national" / "areas" / "villages.csv"
    areas.write_text(
        "code,name,level,parent\n99.01.01,Hulu,kecamatan,99.01\n99.01.02.2002,Sukamaju,desa,99.01.02\n99.01.01.1001,Awal,kelurahan,99.01.01\n"
        "99.02.01.1001,Luar,kelurahan,99.02.01\n"
    )
    return library


def only_service(library: Library) -> Service:
    assert library.problems() == []
    (service,) = library.load().services
    return service


def test_a_revision_captures_lists_of_columns_and_villages(tables: Library) -> None:
    service = only_service(tables)
    assert service.choices[VILLAGES] == {
        "99.01.01.1001": "Awal, Kecamatan Hulu",
        "99.01.02.2002": "Sukamaju",  # its kecamatan is not in the list
    }
    assert list(service.choices) == sorted([VILLAGES, "jenis_buku"])
    (table,) = [field for field in service.variants[0].fields() if field.type == "rows"]
    assert [column.key for column in table.columns] == ["nama", "suka"]
    assert Service.model_validate_json(canonical_json(service)) == service


def test_forms_without_tables_keep_their_content(library: Library) -> None:
    """What a service published before there were tables says the same, letter by letter."""
    text = canonical_json(only_service(library))
    assert '"columns"' not in text
    assert '"column"' not in text
    assert '"value"' not in text


def test_an_office_without_villages(tables: Library) -> None:
    (tables.root / "national" / "areas" / "villages.csv").unlink()
    assert tables.problems() == [
        "service baris 1: formulirnya meminta desa/kelurahan, tetapi wilayah 99.01 belum punya satu pun."
    ]


# What stands there, what is written instead, the sentences
MISTAKES = {
    "no columns": (
        TABLE[TABLE.index("        columns:") :],
        "",
        [
            "tabel 'teman' belum menyebut kolomnya (columns).",
            "kolom tabel 'suka' tidak dikenal.",
            "kolom tabel 'nama' tidak dikenal.",
        ],
    ),
    "no bound": (
        "        max: 5\n",
        "",
        ["tabel 'teman' harus menyebut max, banyaknya baris, dari 1 sampai 30."],
    ),
    "bound too large": (
        "max: 5",
        "max: 31",
        ["tabel 'teman' harus menyebut max, banyaknya baris, dari 1 sampai 30."],
    ),
    "bound that is no number of rows": (
        "max: 5",
        "max: 2.5",
        ["tabel 'teman' harus menyebut max, banyaknya baris, dari 1 sampai 30."],
    ),
    "too many cells": (
        "max: 5\n        columns:\n",
        "max: 30\n        columns:\n"
        + "".join(f"          - {{key: {k}, label: A, type: text}}\n" for k in "ab"),
        ["tabel 'teman' terlalu besar: paling banyak 90 isian (baris dikalikan kolom)."],
    ),
    "no row at least": ("min: 1", "min: 0", ["tabel 'teman': min adalah banyaknya baris, paling kecil 1."]),
    "fewest more than most": ("min: 1", "min: 6", ["kolom 'teman': min lebih besar daripada max."]),
    "rows in rows": (
        "{key: nama, label: Nama, type: name}",
        "{key: nama, label: Nama, type: rows}",
        ["kolom tabel 'nama' tidak dapat berupa tabel (rows)."],
    ),
    "condition in a column": (
        "{key: nama, label: Nama, type: name}",
        "{key: nama, label: Nama, type: name, when: {jumlah: x}}",
        ["kolom tabel 'nama' tidak memakai syarat (when)."],
    ),
    "column twice": (
        "key: nama, label: Nama, type: name}\n          - {key: suka",
        "key: suka, label: Nama, type: text}\n          - {key: suka",
        ["kolom tabel 'suka' ditulis dua kali.", "kolom tabel 'nama' tidak dikenal."],
    ),
    "unknown list in a column": (
        "options: jenis_buku}\nrules",
        "options: jenis_buki}\nrules",
        ["daftar kode 'jenis_buki' tidak dikenal. Mungkin maksudnya 'jenis_buku'."],
    ),
    "choice in a column without a list": (
        "type: choice, options: jenis_buku}\nrules",
        "type: choice}\nrules",
        ["kolom pilihan 'suka' belum menyebut daftar kode (options)."],
    ),
    "village with a list": (
        "type: village}",
        "type: village, options: jenis_buku}",
        ["kolom 'desa' berjenis village, jadi tidak memakai daftar kode."],
    ),
    "columns elsewhere": (
        "type: integer}",
        "type: integer, columns: [{key: a, label: A, type: text}]}",
        ["kolom 'jumlah' berjenis integer, jadi tidak memakai columns."],
    ),
    "plain rule over a table": (
        "[anggota_nama, anggota_lahir]",
        "[anggota_nama, teman]",
        ["kolom 'teman' adalah tabel."],
    ),
    "rule over one field": (
        "[anggota_nama, anggota_lahir]",
        "[anggota_nama]",
        ["aturan different memeriksa dua kolom atau lebih."],
    ),
    "count of something else": ("[jumlah, teman]", "[desa, teman]", ["kolom 'desa' bukan bilangan bulat."]),
    "count of no table": ("[jumlah, teman]", "[jumlah, desa]", ["kolom 'desa' bukan tabel."]),
    "count of one": ("[jumlah, teman]", "[jumlah]", ["aturan counts memeriksa tepat dua kolom."]),
    "row rule over two": ("[teman]", "[teman, jumlah]", ["aturan exactly_one memeriksa tepat satu tabel."]),
    "row rule over no table": ("[teman]", "[desa]", ["kolom 'desa' bukan tabel."]),
    "row rule without column": (
        "    column: suka\n",
        "",
        ["aturan exactly_one harus menyebut column."],
    ),
    "row rule without value": ('    value: "1"\n', "", ["aturan exactly_one harus menyebut value."]),
    "row rule over an unknown column": (
        "column: suka",
        "column: sukaa",
        ["kolom tabel 'sukaa' tidak dikenal. Mungkin maksudnya 'suka'."],
    ),
    "rule under an unknown condition": (
        "    message: Tepat satu.\n",
        "    message: Tepat satu.\n    when: {jumlahh: 1}\n",
        ["pertanyaan 'jumlahh' tidak dikenal. Mungkin maksudnya 'jumlah'."],
    ),
    "no row at all without value": (
        """  - rule: exactly_one
    fields: [teman]
    column: suka
    value: "1"
""",
        "  - rule: none\n    fields: [teman]\n    column: suka\n",
        ["aturan none harus menyebut value."],
    ),
    "value that is no choice": ('value: "1"', 'value: "77"', ["pilihan '77' tidak dikenal."]),
    "value for a rule without": (
        "    column: nama\n",
        "    column: nama\n    value: x\n",
        ["aturan unique tidak memakai value."],
    ),
    "column for a rule without": (
        "    fields: [jumlah, teman]\n",
        "    fields: [jumlah, teman]\n    column: nama\n",
        ["aturan counts tidak memakai column."],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_has_its_sentence(tables: Library, mistake: str) -> None:
    old, new, sentences = MISTAKES[mistake]
    tables.edit("form", old, new)
    found = [str(problem).split(": ", 1)[1] for problem in tables.load().problems]
    assert found == sentences
