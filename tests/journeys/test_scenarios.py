"""The scenarios that come with Loket, played by the command as an office plays them."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import psycopg
import pytest
from psycopg import sql

from loket.config.scenario import databases
from tests.journeys.playing import BALIKPAPAN, RESULTS, ROOT, loket


def contents(url: str) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a hash over all of them."""
    found = {}
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            query = "SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
            row = connection.execute(sql.SQL(query).format(sql.Identifier(table))).fetchone()
            assert row is not None
            found[table] = row
    return found


def temporary_databases(url: str) -> list[str]:
    """Those of the installation at `url`; other tests make their own at the same time."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        assert row is not None
        found = connection.execute("SELECT datname FROM pg_database").fetchall()
    return [name for (name,) in found if name.startswith(f"{databases.PREFIX}{row[0]}_")]


@pytest.fixture
def places() -> Iterator[Path]:
    """A directory for temporary files with a short path: a socket's path has 107 bytes at most."""
    path = Path(tempfile.mkdtemp(prefix="loket-"))
    yield path
    shutil.rmtree(path)


def test_balikpapan_without_a_trace_in_the_real_installation(live: str, places: Path, tmp_path: Path) -> None:
    before, data = contents(live), tmp_path / "data"
    out = tmp_path / "out"
    done = loket(
        "run", str(BALIKPAPAN), "--json", "--out", str(out), url=live, DATA_DIR=str(data), TMPDIR=str(places)
    )
    assert (done.returncode, done.stderr) == (0, "Menyiapkan basis data sementara...\n")
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, RESULTS)
    (result,) = answer["results"]
    assert [row["step"] for row in result["timeline"]] == [
        "permohonan",
        "verifikasi",
        "entri",
        "tte",
        "kirim",
    ]
    assert {row["sop_minutes"] for row in result["timeline"]} == {None}
    assert {row["within_time"] for row in result["timeline"]} == {None}
    kinds = {(item["kind"], item["signature"], item["verdict"]) for item in result["documents"]}
    assert kinds == {
        ("kutipan-akta-kelahiran", "electronic", "genuine"),
        ("kartu-keluarga", "electronic", "genuine"),
    }
    assert all(Path(item["path"]).read_bytes().startswith(b"%PDF-") for item in result["documents"])
    # The office's own day off counts: one working day from Monday ends on Wednesday.
    assert result["deadline"] == "2026-08-05T01:25:00+00:00"
    assert contents(live) == before
    assert temporary_databases(live) == []
    assert [*places.iterdir()] == []
    assert not data.exists()


def test_an_unpublished_change_is_tried_out_and_told(live: str, tmp_path: Path) -> None:
    standards = Path(shutil.copytree(ROOT / "standards", tmp_path / "standards"))
    procedure = standards / "offices/6471-balikpapan/procedures/online.yaml"
    old = "    kind: verify\n    actor: petugas_loket\n"
    text = procedure.read_text()
    assert old in text
    procedure.write_text(text.replace(old, f"{old}    minutes: 10\n    note: dicoba dulu\n"))
    scenario = tmp_path / "coba.yaml"
    wrong = BALIKPAPAN.read_text().replace('ibu_nik: "6471014807939001"', 'ibu_nik: "6471014807939002"')
    scenario.write_text(wrong)
    done = loket("run", str(scenario), url=live, STANDARDS_DIR=str(standards))
    assert done.returncode == 1
    assert "TIDAK sesuai harapan" in done.stdout
    (row,) = [line.split() for line in done.stdout.splitlines() if "verifikasi (selesai)" in line]
    # 15 minutes of work where the SOP now allows 10.
    assert row[-3:] == ["15", "10", "TIDAK"]
    sentence = "Berhenti pada langkah 'entri': NIK ini tidak tercatat di register penduduk."
    assert sentence in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_broken_files_need_no_database(tmp_path: Path) -> None:
    broken = tmp_path / "rusak.yaml"
    broken.write_text(BALIKPAPAN.read_text().replace("anak_berat:", "anak_brat:"))
    done = loket("run", str(broken), str(BALIKPAPAN), url="postgresql://127.0.0.1:9/nowhere")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"{broken} baris 64: pertanyaan atau kolom 'anak_brat' tidak dikenal."
        " Mungkin maksudnya 'anak_berat'.\n"
    )


BINTAN = ROOT / "scenarios" / "bintan-kk.yaml"


def test_bintan_at_the_counter(live: str) -> None:
    before = contents(live)
    done = loket("run", str(BINTAN), "--json", url=live)
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, RESULTS)
    (result,) = answer["results"]
    # The ten rows of the SOP in their minutes, with the way back to the front office in between.
    assert [(row["step"], row["sop_minutes"]) for row in result["timeline"]] == [
        ("permohonan", 5),
        ("terima", 5),
        ("periksa", 10),
        ("teruskan", 3),
        ("paraf-kasi", 30),
        ("periksa", 10),
        ("teruskan", 3),
        ("paraf-kasi", 30),
        ("paraf-kabid", 30),
        ("pengesahan", 10),
        ("cap", 15),
        ("penyerahan", 5),
        ("tanda-terima", 5),
    ]
    assert {row["within_time"] for row in result["timeline"]} == {True}
    assert (result["outcome"], result["as_expected"], result["within_deadline"]) == ("done", True, True)
    (document,) = result["documents"]
    assert (document["kind"], document["signature"], document["verdict"]) == ("kartu-keluarga", "wet", "wet")
    assert contents(live) == before


def test_one_word_of_data_makes_the_signature_electronic(live: str, tmp_path: Path) -> None:
    standards = tmp_path / "standards"
    shutil.copytree(ROOT / "standards", standards)
    procedure = standards / "offices/2101-bintan/procedures/loket-kk.yaml"
    text = procedure.read_text()
    assert text.count("signature: wet") == 1
    procedure.write_text(text.replace("signature: wet", "signature: electronic"))
    done = loket("run", str(BINTAN), "--json", url=live, STANDARDS_DIR=str(standards))
    assert done.returncode == 0, done.stdout + done.stderr
    (result,) = json.loads(done.stdout)["results"]
    (document,) = result["documents"]
    assert (document["signature"], document["verdict"]) == ("electronic", "genuine")
