"""`loket standards …` and `loket trace …`."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loket.catalogue.models import ServiceRevision
from loket.documents.queries import template
from loket.documents.standards import FORMS
from tests.integration.cli.conftest import ROOT, SERVICE, loket, start


def edit(standards: Path, old: str, new: str) -> None:
    path = standards / SERVICE
    text = path.read_text()
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1))


def test_good_standards_pass(library: Path) -> None:
    done = loket("standards", "check")
    assert (done.exit_code, done.output) == (0, "1 kantor, 1 layanan, 0 kesalahan, 0 peringatan.\n")
    done = loket("standards", "check", "--json")
    assert (done.exit_code, json.loads(done.output)) == (0, [])


def test_broken_standards_are_named_with_file_and_line(library: Path) -> None:
    edit(library, "procedure: daring", "procedure: darin")
    done = loket("standards", "check", "--json")
    assert done.exit_code == 1
    (problem,) = json.loads(done.output)
    assert (problem["file"], problem["line"], problem["severity"]) == (SERVICE, 24, "error")
    assert list(problem) == ["file", "line", "message", "suggestion", "severity"]
    lines = loket("standards", "check").output.splitlines()
    assert lines[0].startswith(f"{SERVICE} baris 24: ")
    assert lines[1:] == ["1 kantor, 0 layanan, 1 kesalahan, 0 peringatan."]


def test_no_standards_at_all_are_an_error(library: Path, settings: Any, tmp_path: Path) -> None:
    settings.STANDARDS_DIR = tmp_path / "nothing"
    assert loket("standards", "check").exit_code == 1


def test_the_list_for_programs(library: Path) -> None:
    done = loket("standards", "list", "--json")
    (row,) = json.loads(done.output)
    assert list(row) == [
        "office",
        "service",
        "variant",
        "requirements",
        "preconditions",
        "channels",
        "procedure",
        "steps",
        "deadline",
        "products",
    ]
    assert (row["office"], row["service"], row["variant"]) == ("9901", "kartu-anggota", "baru")
    assert [list(item) for item in row["requirements"]] == [
        ["text", "kind", "nature", "when", "condition"]
    ] * len(row["requirements"])
    assert [list(item) for item in row["steps"]] == [
        [
            "step",
            "name",
            "actor",
            "kind",
            "minutes",
            "working_days",
            "open_ended",
            "needs",
            "output",
            "returns_to",
        ]
    ] * len(row["steps"])
    assert loket("standards", "list").output == (
        f"9901  kartu-anggota  baru  ({len(row['steps'])} langkah)\n"
    )


@pytest.mark.parametrize("office", ["9901", "perpustakaan"])
def test_a_standard_is_printed_by_code_or_slug(library: Path, office: str) -> None:
    done = loket("standards", "show", office, "kartu-anggota")
    assert done.exit_code == 0
    assert done.output.splitlines()[0].startswith("STANDAR PELAYANAN ")


@pytest.fixture
def with_templates(library: Path) -> Iterator[Path]:
    """The invented standards beside the templates in which standards are printed."""
    for kind in ("_shared", "standar-pelayanan", "sop-ap"):
        shutil.copytree(ROOT / "standards/national/documents" / kind, library / "national/documents" / kind)
    template.cache_clear()
    yield library
    template.cache_clear()


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("text", b"STANDAR PELAYANAN KEANGGOTAAN\n"),
        ("json", b'{\n "office": "9901",\n'),
        ("html", b"<!DOCTYPE html>\n"),
        ("pdf", b"%PDF-1.7\n"),
        ("sop", b"%PDF-1.7\n"),
        ("bpmn", b'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions '),
    ],
)
def test_a_standard_in_every_form(with_templates: Path, tmp_path: Path, form: str, begins: bytes) -> None:
    shown = loket("standards", "show", "perpustakaan", "kartu-anggota", "--as", form)
    assert (shown.exit_code, shown.stdout_bytes[: len(begins)]) == (0, begins)
    out = tmp_path / "printed"
    done = loket("standards", "show", "perpustakaan", "kartu-anggota", "--as", form, "--out", str(out))
    assert (done.exit_code, done.output) == (0, f"{out}\n")
    assert out.read_bytes() == shown.stdout_bytes


def test_one_variant_of_a_standard(library: Path) -> None:
    path = library / SERVICE
    head, _, rest = path.read_text().partition("  - variant: baru\n")
    one, standard, tail = ("  - variant: baru\n" + rest).partition("standard:\n")
    other = one.replace("variant: baru", "variant: lama").replace("Anggota Baru", "Anggota Lama")
    path.write_text(head + one + other + standard + tail)
    show = ("standards", "show", "perpustakaan", "kartu-anggota", "--as", "bpmn")
    assert loket(*show).output.count("<bpmn:participant ") == 2
    shown = loket(*show, "--variant", "lama").output
    assert (shown.count("<bpmn:participant "), shown.count('name="Kartu Anggota: Anggota Lama"')) == (1, 2)
    done = loket(*show, "--variant", "lam")
    assert (done.exit_code, done.output) == (
        1,
        "Error: There is no variant 'lam' of kartu-anggota. Known: baru, lama.\n",
    )


def test_an_unknown_form_is_answered_with_the_known_ones(library: Path) -> None:
    done = loket("standards", "show", "perpustakaan", "kartu-anggota", "--as", "docx")
    assert done.exit_code == 1
    assert done.output == f"Error: There is no form 'docx'. Known: {', '.join(FORMS)}.\n"


def test_a_missing_template_is_told_in_a_sentence(library: Path) -> None:
    template.cache_clear()
    done = loket("standards", "show", "perpustakaan", "kartu-anggota", "--as", "sop")
    assert done.exit_code == 1
    assert done.output.startswith("Error: Templat ")


@pytest.mark.parametrize("command", [("standards", "show"), ("trace",)])
def test_an_unknown_service_is_answered_with_the_known_ones(library: Path, command: tuple[str, ...]) -> None:
    done = loket(*command, "perpustakaan", "kartu")
    assert done.exit_code == 1
    assert done.output == (
        "Error: There is no service 'kartu' of office 'perpustakaan'. Known: 9901/kartu-anggota.\n"
    )


@pytest.mark.django_db
def test_publishing_twice(library: Path) -> None:
    assert loket("standards", "publish").output == (
        "9901/kartu-anggota revisi 1\n1 revisi baru, 0 tidak berubah.\n"
    )
    assert loket("standards", "publish").output == "0 revisi baru, 1 tidak berubah.\n"


@pytest.mark.django_db
def test_broken_standards_are_not_published(library: Path) -> None:
    edit(library, "procedure: daring", "procedure: darin")
    done = loket("standards", "publish")
    assert done.exit_code == 1
    assert done.output.startswith("Error: Standar pelayanan tidak dapat diterbitkan. ")
    assert ServiceRevision.objects.count() == 0


def place(line: str) -> tuple[str, str] | None:
    """The file and the text of the line that a hop points at; None for a heading."""
    found = re.search(r" (\S+):(\d+)$", line)
    if found is None:
        return None
    path, number = found.groups()
    return path, (ROOT / path).read_text().splitlines()[int(number) - 1].strip()


def test_every_hop_of_a_trace_leads_to_what_it_names() -> None:
    """In a process of its own, as somebody would call it who reads the code for the first time."""
    done = start("-m", "loket", "trace", "balikpapan", "akta-kelahiran")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    yaml, *code = [found for found in map(place, lines) if found]
    path = "standards/offices/6471-balikpapan/services/15-akta-kelahiran.yaml"
    assert yaml == (path, "service: akta-kelahiran")
    assert len(code) > 12
    assert [found for found in code if not found[1].startswith(("def ", "class "))] == []
    announced = {line.split("()")[0].rpartition(".")[2]: place(line) for line in lines if "()" in line}
    assert list(announced) == ["publish", "submit", "take_step", "issue", "sign_item", "sign"]
    elsewhere = {
        name: found
        for name, found in announced.items()
        if not found or not found[1].startswith(f"def {name}(")
    }
    assert elsewhere == {}


@pytest.mark.parametrize("command", [("check",), ("show", "balikpapan", "akta-kelahiran")])
def test_commands_on_files_need_no_database(command: tuple[str, ...], tmp_path: Path) -> None:
    done = start(
        "-m", "loket", "standards", *command, DATABASE_URL="host=/nonexistent", DATA_DIR=str(tmp_path)
    )
    assert (done.returncode, done.stderr) == (0, "")
