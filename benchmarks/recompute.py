"""How long it takes to compute 1,000,000 open deadlines anew after a holiday declared late.

`python -m benchmarks.recompute [rows]` prints one JSON line for each figure. A database of its own is made on
the server of DATABASE_URL, or on an embedded server of its own, and thrown away.
"""

# ruff: noqa: PLC0415, T201 (imports follow the settings, which follow the server; its lines are what it is for)
import json
import os
import platform
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.figures import processor_seconds

ROWS = 1_000_000
BUDGET_SECONDS = 20.0
ZONE = ZoneInfo("Asia/Makassar")
# Complete on Monday to Wednesday; on Wednesday evening the office declares the Thursday a holiday.
MONDAY = datetime(2026, 8, 3, 8, tzinfo=ZONE)
NOW = datetime(2026, 8, 5, 20, tzinfo=ZONE)
HOLIDAY = date(2026, 8, 6)
SPREAD_SECONDS = 56 * 3600
PAUSED_ONE_IN = 10
OFFICE, SERVICE, VARIANT = "9911", "uji", "uji"


@contextmanager
def _database() -> Iterator[None]:
    """Django on an empty database with Loket's schema."""
    directory = Path(tempfile.mkdtemp(prefix="loket-bench-"))
    directory.chmod(0o755)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.config.settings")
    os.environ.setdefault("LOKET_MODE", "demo")
    os.environ.setdefault("LOKET_SECRET_KEY", uuid.uuid4().hex * 2)
    os.environ.setdefault("DATA_DIR", str(directory))
    # Settings can be read only once the server is known.
    from loket.config import embedded

    own = None if os.environ.get("DATABASE_URL") else embedded.start(directory / "postgres")
    if own:
        os.environ["DATABASE_URL"] = own.url
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = f"bench_{uuid.uuid4().hex[:12]}"
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
        connection.close()
        if own:
            del os.environ["DATABASE_URL"]
            embedded.destroy(directory / "postgres")
        shutil.rmtree(directory, ignore_errors=True)


def _office() -> tuple[Any, Any, Any]:
    """An office with usual hours, a revision of three working days, an applicant."""
    from loket.catalogue.models import ServiceRevision
    from loket.catalogue.rules import Service
    from loket.offices.models import Account, Office

    week = {day: ["08.00-12.00", "13.00-16.00"] for day in ("senin", "selasa", "rabu", "kamis")}
    file = {
        "office": OFFICE, "area": "99.11", "slug": "uji", "name": "Uji", "short_name": "Uji", "region": "Uji",
        "place": "Uji", "zone": ZONE.key, "village_word": "desa", "roles": [],
        "hours": week | {"jumat": ["08.00-11.30", "14.00-16.00"]},
    }  # fmt: skip
    office = Office.objects.create(code=OFFICE, slug="uji", name="Uji", short_name="Uji", definition=file)
    steps = [
        {"step": "ajukan", "name": "Ajukan", "kind": "apply", "actor": "pemohon"},
        {"step": "periksa", "name": "Periksa", "kind": "check", "actor": "petugas"},
    ]
    variant = {
        "variant": VARIANT, "name": "Uji", "menu": "Uji", "channels": ["online"], "requirements": [],
        "procedure": {"procedure": "uji", "name": "Uji", "published": [], "steps": steps},
        "deadline": {"text": "3 hari kerja", "working_days": 3}, "products": [],
    }  # fmt: skip
    service = Service.model_validate({
        "office": OFFICE, "service": SERVICE, "number": "1", "name": "Uji", "group": "Uji",
        "source": {"file": "uji", "heading": "uji"}, "effective_from": date(2026, 1, 1),
        "variants": [variant], "standard": {}, "layout": [], "choices": {},
    })  # fmt: skip
    from loket.catalogue.actions import canonical_json, content_hash

    text = canonical_json(service)
    revision = ServiceRevision.objects.create(
        office=office, service=SERVICE, number=1, name="Uji", service_number="1", group="Uji",
        effective_from=date(2026, 1, 1), content_hash=content_hash(text), definition=text,
        published_at=MONDAY,
    )  # fmt: skip
    applicant = Account.objects.create(kind="citizen", name="Uji", email="uji@contoh.id", created_at=MONDAY)
    return office, revision, applicant


_COLUMNS = (
    "id, office_id, revision_id, service, variant, channel, applicant_id, applicant_name, state, step,"
    " step_kind, step_role, tracking_code, answers, version, create_key, created_at, submitted_at,"
    " complete_at, deadline_at, recorded"
)


def _load(rows: int, revision: Any, applicant: Any) -> None:
    """So many open cases, complete within three days; every tenth was returned for an hour."""
    from django.db import connection

    from loket.cases.rules.deadlines import due_at
    from loket.catalogue.rules import Deadline
    from loket.core.workindex import WorkIndex, from_micros, to_micros
    from loket.offices.models import Office
    from loket.offices.queries import calendar

    index = WorkIndex(calendar(Office.objects.get()), MONDAY.date())
    rule, begin = Deadline(text="x", working_days=3), to_micros(MONDAY)
    same = [OFFICE, revision.pk, SERVICE, VARIANT, "online", applicant.pk, "UJI", "open", "periksa", "check"]
    fixed = "\t".join(map(str, [*same, "petugas"]))
    pauses = []
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY cases_case ({_COLUMNS}) FROM STDIN") as copy:
            for number in range(rows):
                complete = begin + (number * 7_919 % SPREAD_SECONDS) * 1_000_000 + number % 1_000_000
                stood = []
                case = uuid.uuid4()
                if number % PAUSED_ONE_IN == 0:
                    stood = [(complete, complete + 3_600_000_000)]
                    pauses.append((case, *map(from_micros, stood[0])))
                due = from_micros(due_at(rule, index, complete, stood, to_micros(NOW)))
                at = from_micros(complete)
                copy.write(
                    f"{case}\t{fixed}\t{number:016d}\t{{}}\t1\t{uuid.uuid4()}\t{at}\t{at}\t{at}\t{due}\tf\n"
                )
        with cursor.copy("COPY cases_pause (case_id, started_at, ended_at, reason) FROM STDIN") as copy:
            for row in pauses:
                copy.write_row((*row, "returned"))
        cursor.execute("ANALYZE cases_case; ANALYZE cases_pause; ANALYZE cases_inboxrow")


def _machine() -> str:
    return f"{os.cpu_count()} cpu, {platform.machine()}, Python {platform.python_version()}"


def run(size: int | None = None) -> list[dict[str, Any]]:
    """The figures: declaring the holiday, and computing all deadlines anew."""
    rows = size or ROWS
    with _database():
        from django.db import connection

        from loket.cases.actions import carry_out, close_office_day
        from loket.cases.models import Case
        from loket.core import clock
        from loket.core.actors import Actor

        office, revision, applicant = _office()
        _load(rows, revision, applicant)
        by = Actor("staff", "account:1", "Uji", OFFICE, rights=frozenset({"calendar"}))
        with clock.use(NOW):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                processes = [os.getpid(), *cursor.fetchone()]
            begun = time.perf_counter()
            planned = close_office_day(office=office, day=HOLIDAY, name="Uji", by=by)
            declared = time.perf_counter()
            used = [processor_seconds([pid]) for pid in processes]
            done = carry_out(recompute_id=planned.pk)
            ended = time.perf_counter()
            used = [processor_seconds([pid]) - before for pid, before in zip(processes, used, strict=True)]
            moved = Case.objects.filter(deadline_at__gt=NOW + timedelta(hours=12)).count()
    right = done.changed == rows == moved and done.finished_at is not None
    seconds, budget = round(ended - declared, 2), BUDGET_SECONDS * rows / ROWS
    return [
        _figure("recompute_deadlines", seconds, "s", budget, right and seconds <= budget),
        # On a machine that does other things too, these are the figures to compare.
        _figure("recompute_deadlines, own processor time", round(used[0], 2), "s", budget, used[0] <= budget),
        _figure("recompute_deadlines, PostgreSQL's", round(used[1], 2), "s", budget, used[1] <= budget),
        _figure("declare_holiday", round(declared - begun, 2), "s", 2.0, declared - begun <= 2.0),
    ]


def _figure(name: str, value: float, unit: str, budget: float, ok: bool) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "budget": budget, "ok": ok, "machine": _machine()}


if __name__ == "__main__":
    for figure in run(int(sys.argv[1]) if len(sys.argv) > 1 else None):
        print(json.dumps(figure))
