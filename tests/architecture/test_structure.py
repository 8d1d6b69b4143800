"""The rules of the architecture that no import contract can see."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

from django.apps import apps

from loket.cases.actions.events import EVENTS
from loket.cases.actions.products import BUILDERS
from loket.cases.actions.working import _EFFECTS
from loket.catalogue.rules import Event, StepKind

ROOT = Path(__file__).resolve().parents[2]
# From the top down; packages on one line are independent of each other.
LAYERS = [
    {"delivery"},
    {"cases"},
    {"documents", "register", "notices"},
    {"catalogue"},
    {"offices"},
    {"audit"},
]


def rank(label: str) -> int:
    return next(place for place, layer in enumerate(LAYERS) if label in layer)


def test_foreign_keys_point_down() -> None:
    upward = []
    for model in apps.get_models():
        label = model._meta.app_label
        if not model.__module__.startswith("loket."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "remote_field", None) and field.related_model
            if not field.concrete or not target or not target.__module__.startswith("loket."):
                continue
            other = target._meta.app_label
            if other != label and rank(other) <= rank(label):
                upward.append(f"{model.__name__}.{field.name} -> {target.__name__}")
    assert upward == []


def test_the_journal_has_no_foreign_keys() -> None:
    entry = apps.get_model("audit", "Entry")
    assert [field.name for field in entry._meta.get_fields() if field.is_relation] == []


def test_no_signals_between_own_packages() -> None:
    used = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "loket").rglob("*.py")
        if re.search(r"django\.dispatch|django\.db\.models\.signals|@receiver", path.read_text())
    ]
    assert used == []


def test_no_office_or_service_is_named_in_code() -> None:
    """Offices and services are data; only the demo knows which it shows."""
    folders = [path.name for path in (ROOT / "standards/offices").iterdir() if path.is_dir()]
    slugs = {name.partition("-")[2] for name in folders} | {name.partition("-")[0] for name in folders}
    services = {
        re.sub(r"^[0-9.]+-", "", path.stem) for path in (ROOT / "standards/offices").glob("*/services/*.yaml")
    }
    wanted = re.compile(rf"[\"'](?:{'|'.join(sorted(slugs | services))})[\"']")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "loket").rglob("*.py")
        if "demo" not in path.parts
        for match in wanted.finditer(path.read_text())
    ]
    assert found == []


# Of the print room, the counter, a day without power, and what travels with documents; no products of a case.
WORKING_PAPERS = {
    "tiket-cetak",
    "resi",
    "formulir-kertas",
    "resi-kertas",
    "berita-acara-pengiriman",
    "buku-register",
    "tutup-buku",
    "daftar-pendataan",
    "standar-pelayanan",
    "sop-ap",
}


def test_every_step_kind_is_implemented_once() -> None:
    # `apply` is the applicant's own step: cases.actions.submit.
    assert set(_EFFECTS) == set(get_args(StepKind)) - {"apply"}


def test_every_event_a_standard_may_name_is_implemented() -> None:
    assert set(EVENTS) == set(get_args(Event))


def test_every_document_of_the_standards_has_a_builder() -> None:
    templates = {path.parent.name for path in (ROOT / "standards/national/documents").glob("*/document.yaml")}
    assert set(BUILDERS) == templates - WORKING_PAPERS


def test_models_and_migrations_agree() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "No changes detected")


def test_where_a_nik_was_issued_is_never_read_as_an_address() -> None:
    """Its first six digits are looked at where findings are told, and nowhere else (core.identity)."""
    read = re.compile(r"nik\w*(\.digits)?\[(0)?:[246]\]|Nik\.parse\([^)]*\)\.region|region_codes")
    found = {
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "loket").rglob("*.py"))
        if read.search(path.read_text(encoding="utf-8"))
    }
    # Only to warn of a region of issue that nobody knows.
    assert found == {"loket/cases/rules/numbers.py", "loket/cases/queries/numbers.py"}
