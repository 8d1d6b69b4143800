"""What `loket doctor` looks at in the database."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography.x509 import load_pem_x509_certificates
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from loket.catalogue.models import ServiceRevision
from loket.catalogue.queries import definition, services_of
from loket.config.health.check import Check, failed, warned, well
from loket.core import clock
from loket.documents.actions.signing import signer_key
from loket.documents.queries import siak_roots, signer, signs_in_law
from loket.offices.models import Account, Office
from loket.offices.queries import national_holiday_years, zone

OLDEST_POSTGRESQL = 150000
CLOCK_SECONDS = 5
WORKER_SECONDS = 90
RUN = "sudo systemctl restart loket; then journalctl -u loket"


def database() -> Check:
    """Whether the database answers, and is new enough."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    detail = f"PostgreSQL {version // 10000}"
    if version < OLDEST_POSTGRESQL:
        return failed("database", detail, "Loket needs PostgreSQL 15 or newer.")
    return well("database", detail)


def pending_migrations() -> int:
    """How many migrations the database still lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def schema() -> Check:
    """Whether the schema is the one of this version, or of a newer one that it can work with."""
    if pending := pending_migrations():
        return failed("schema", f"{pending} migrations to apply", "loket migrate")
    return well("schema", "up to date")


def system_clock() -> Check:
    """Deadlines and signatures need the time: the machine's clock against the database's."""
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    apart = abs((theirs - before).total_seconds())
    if apart > CLOCK_SECONDS:
        todo = "timedatectl set-ntp true, on this machine and on the database's"
        return failed("clock", f"{apart:.0f} s apart from the database", todo)
    return well("clock", "agrees with the database")


def standards() -> Check:
    """Whether the offices of the settings are published, and no other."""
    offices = set(Office.objects.values_list("code", flat=True))
    revisions = ServiceRevision.objects.count()
    detail = f"{len(offices)} offices, {revisions} revisions published"
    if missing := sorted(set(settings.OFFICES) - offices):
        return failed(
            "standards", f"{detail}; not published: {', '.join(missing)}", "loket standards publish"
        )
    if not offices:
        return failed("standards", detail, "loket standards publish")
    if settings.OFFICES and (others := sorted(offices - set(settings.OFFICES))):
        todo = "Add them to LOKET_OFFICES: a published office cannot be taken back."
        return warned("standards", f"{detail}; not in LOKET_OFFICES: {', '.join(others)}", todo)
    if not settings.DEMO and not revisions:
        todo = "Write the services under standards/offices/<office>/services, then: loket standards publish"
        return warned("standards", detail, todo)
    return well("standards", detail)


def calendar() -> Check:
    """Deadlines need the holidays of this year and the next."""
    this_year = clock.now().year
    missing = sorted({this_year, this_year + 1} - set(national_holiday_years()))
    if missing:
        todo = "Restart Loket (it adds them) or upgrade; the page /petugas/hari-libur/ shows them."
        return failed("calendar", f"no holidays recorded for {missing}", todo)
    return well("calendar", "holidays recorded")


def jobs() -> Check:
    """Jobs that nobody has taken for minutes mean that no worker runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs AS job WHERE status = 'todo'"
            " AND coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id))"
            " < now() - interval '5 minutes'"
        )
        (waiting,) = cursor.fetchone()
    if waiting:
        return failed("jobs", f"{waiting} jobs wait for a worker", RUN)
    return well("jobs", "none overdue")


def worker() -> Check:
    """Whether a worker gave a sign of life lately."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        seen: datetime | None = cursor.fetchone()[0]
    if seen is None or clock.now() - seen > timedelta(seconds=WORKER_SECONDS):
        return failed("worker", "no worker runs: mails and documents wait", RUN)
    return well("worker", "runs")


def administrators() -> Iterator[Check]:
    """Each office needs somebody who keeps people and calendar, and somebody else when that one is away."""
    todo = "loket init --second-email ... --second-name ..., or loket staff add"
    for office in Office.objects.order_by("code"):
        rights = {"people", "calendar"}
        held = Account.objects.filter(
            office=office,
            is_active=True,
            assignments__until__isnull=True,
            assignments__role__active=True,
        ).values_list("pk", "assignments__role__rights")
        count = len({pk for pk, of_role in held if rights & set(of_role)})
        name = f"administrators of {office.code}"
        if count == 0:
            yield failed(name, "nobody", todo)
        elif count == 1:
            yield warned(name, "one: nobody can stand in", todo)
        else:
            yield well(name, str(count))


def law() -> Check:
    """Whether documents signed here count in law."""
    if not signs_in_law():
        return warned(
            "signatures",
            f"signer {settings.SIGNER!r}: every document says SPECIMEN",
            "For practice only, until a certified signer is connected (LOKET_SIGNER).",
        )
    return well("signatures", f"signer {settings.SIGNER!r}")


def _sign_electronically(office: Office) -> set[str]:
    """The roles that the procedures in force let sign electronically here; not with a pen, nor in SIAK."""
    today = clock.now().astimezone(zone(office)).date()
    return {
        step.actor
        for revision in services_of(office, today)
        for variant in definition(revision).variants
        if variant.source == "own"
        for step in variant.procedure.steps
        if step.kind == "sign" and step.signature == "electronic"
    }


def siak_certificates() -> Iterator[Check]:
    """An office that works in SIAK takes over no file without the certificates its signatures lead to."""
    offices = [office.code for office in Office.objects.order_by("code") if _works_in_siak(office)]
    if not offices:
        return
    name, todo = f"SIAK of {', '.join(offices)}", "LOKET_SIAK_ROOTS: the root certificates of BSrE, as PEM"
    try:
        count = sum(len(load_pem_x509_certificates(content)) for content in siak_roots())
    except (OSError, ValueError) as error:
        yield failed(name, f"certificates cannot be read: {type(error).__name__}", todo)
        return
    yield (
        well(name, f"{count} root certificates")
        if count
        else warned(name, "no root certificate: files from SIAK are refused", todo)
    )


def _works_in_siak(office: Office) -> bool:
    today = clock.now().astimezone(zone(office)).date()
    variants = (item for revision in services_of(office, today) for item in definition(revision).variants)
    return any(variant.source != "own" for variant in variants)


def signers() -> Iterator[Check]:
    """Whether each official who signs electronically has a key, and the signer answers."""
    for office in Office.objects.order_by("code"):
        may_sign = Account.objects.filter(
            office=office,
            assignments__role__slug__in=_sign_electronically(office),
            assignments__role__active=True,
            assignments__until__isnull=True,
            is_active=True,
        )
        for account in may_sign.distinct():
            status = signer().status(signer_key(account))
            todo = "" if status.ok else f"loket signer-key; {RUN}"
            yield Check(f"signer of {office.code}", status.ok, status.reason or "ready", todo)
