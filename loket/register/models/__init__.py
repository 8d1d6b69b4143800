"""Residents, families, events and the books.

Residents keep their NIK for life. Numbers come from counter rows changed in the transaction that uses
them, so that a book has no gap and a number never repeats.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from loket.offices.models import Area, Office
from loket.register.models.accepted import AcceptedNumber
from loket.register.models.books import BookClose, BookLine, BookNote, BookRequest, InForce, RegisterBook
from loket.register.models.elsewhere import Origin, OutsideNumber
from loket.register.models.held import HeldDocument
from loket.register.models.imports import ImportRun
from loket.register.models.known import Known, Version
from loket.register.models.letters import LetterPerson, MoveLetter
from loket.register.models.marriage import Marriage
from loket.register.models.merging import MergeRequest

__all__ = [
    "AcceptedNumber",
    "BookClose",
    "BookLine",
    "BookNote",
    "BookRequest",
    "CivilRecord",
    "DataAccess",
    "Family",
    "FamilyChange",
    "HeldDocument",
    "ImportRun",
    "Known",
    "LetterPerson",
    "Marriage",
    "Membership",
    "MergeRequest",
    "MoveLetter",
    "NumberGap",
    "Origin",
    "OutsideNumber",
    "RegisterBook",
    "RegisterEvent",
    "Resident",
    "Serial",
    "Version",
]


class Resident(Known):
    """A person in the register of an office."""

    class Status(models.TextChoices):
        ALIVE = "HIDUP", "Hidup"
        DEAD = "MATI", "Meninggal"
        MOVED = "PINDAH", "Pindah"
        ABROAD = "PINDAH LN", "Pindah ke luar negeri"
        # Was the same person as another resident, whose NIK stays in force: `merged_into`.
        MERGED = "GABUNG", "NIK ditutup"

    class Doubt(models.TextChoices):
        """What the national system said of a record instead of "print ready"."""

        ADJUDICATION = "adjudicate", "Menunggu ajudikasi"
        DUPLICATE = "duplicate", "Data ganda"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="residents")
    nik = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    sex = models.CharField(max_length=1)
    birth_place = models.CharField(max_length=60)
    birth_date = models.DateField()
    religion = models.CharField(max_length=45)
    blood_type = models.CharField(max_length=12, default="TIDAK TAHU")
    education = models.CharField(max_length=45)
    occupation = models.CharField(max_length=60)
    marital_status = models.CharField(max_length=30)
    marriage_date = models.DateField(null=True)
    nationality = models.CharField(max_length=20, default="WNI")
    father_nik = models.CharField(max_length=16, blank=True)
    father_name = models.CharField(max_length=100, blank=True)
    mother_nik = models.CharField(max_length=16, blank=True, db_index=True)
    mother_name = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ALIVE)
    death_date = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    birth_certificate = models.CharField(max_length=40, blank=True)
    # Whether a KTP-el could be printed, never what was recorded; and when the last card was ordered.
    biometrics_recorded_on = models.DateField(null=True)
    # Why a recorded person's card may not be printed yet; "" is a print ready record (PRR).
    biometrics_doubt = models.CharField(
        max_length=10, choices=Doubt.choices, blank=True, default="", db_default=""
    )
    id_card_issued_on = models.DateField(null=True)

    class Meta:
        # Names are indexed by how they sound (migration finding_residents).
        indexes = [
            models.Index(fields=["birth_date", "office"], name="register_resident_born"),
            models.Index(fields=["merged_into"], name="register_merged", condition=~Q(merged_into=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(nik__regex=r"^[0-9]{16}$"), name="register_nik_digits"),
            models.CheckConstraint(condition=Q(sex__in=["L", "P"]), name="register_resident_sex"),
            models.CheckConstraint(
                condition=Q(status="MATI", death_date__isnull=False)
                | (~Q(status="MATI") & Q(death_date__isnull=True)),
                name="register_dead_has_date",
            ),
            models.CheckConstraint(
                condition=Q(status="GABUNG", merged_into__isnull=False)
                | (~Q(status="GABUNG") & Q(merged_into__isnull=True)),
                name="register_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(biometrics_doubt="")
                | Q(biometrics_doubt__in=["adjudicate", "duplicate"], biometrics_recorded_on__isnull=False),
                name="register_doubt_of_record",
            ),
        ]


class Family(Known):
    """A family and its card (KK): number, address."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="families")
    number = models.CharField(max_length=16, unique=True)
    address = models.CharField(max_length=120)
    rt = models.CharField(max_length=3, blank=True)
    rw = models.CharField(max_length=3, blank=True)
    postal_code = models.CharField(max_length=5, blank=True)
    village = models.ForeignKey(Area, on_delete=models.PROTECT)
    issued_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{16}$"), name="register_kk_digits"),
        ]


class Membership(Known):
    """A resident belongs to a family, in a relation to its head (SHDK), from a day until another."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="memberships")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(until__isnull=True), name="register_one_family_each"
            ),
            models.UniqueConstraint(
                fields=["family"],
                condition=Q(until__isnull=True, relation="KEPALA KELUARGA"),
                name="register_one_head_each",
            ),
        ]


class Serial(models.Model):
    """The last serial used under a prefix: NIK and KK prefixes, books, days of a book."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    key = models.CharField(max_length=60)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "key"], name="register_serial_once")]


class NumberGap(models.Model):
    """Numbers that were issued before a restore and are not in the database any more.

    They are never issued again. A gapless book shows them with their reason, as a berita acara demands.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="number_gaps")
    key = models.CharField(max_length=60)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    last_issued_at = models.DateTimeField()
    restored_at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "key", "first"], name="register_gap_once"),
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="register_gap_in_order"),
        ]


class CivilRecord(models.Model):
    """An entry of a register book (an akta): what the law calls the record itself.

    `case_ref` names the application; it is no foreign key because the register knows no cases. One whose
    number was spoiled is no akta: only the pages of the book ask for it (`every`).
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="civil_records")
    source = models.CharField(max_length=4, choices=Origin.choices, default=Origin.OWN, db_default=Origin.OWN)
    book = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    entry = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    recorded_on = models.DateField()
    # None where the register does not know them: a foreigner who visits, somebody long dead.
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, related_name="civil_records")
    facts = models.JSONField()
    case_ref = models.CharField(max_length=60)
    recorded_by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    spoiled_at = models.DateTimeField(null=True)

    objects = InForce()
    every = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "book", "year", "entry"], name="register_entry_once"),
            models.UniqueConstraint(fields=["office", "number"], name="register_number_once"),
            models.UniqueConstraint(
                fields=["case_ref", "book"], condition=Q(spoiled_at__isnull=True), name="register_case_once"
            ),
        ]

    @property
    def subject_name(self) -> str:
        """Whose akta it is, also where the register does not know them."""
        return self.resident.name if self.resident else str(self._declared().get("name", ""))

    @property
    def subject_nik(self) -> str:
        """Their NIK, "" where they have none."""
        return self.resident.nik if self.resident else str(self._declared().get("nik", ""))

    def _declared(self) -> dict[str, Any]:
        found = (self.facts.get(key) for key in ("person", "husband", "child"))
        return next((person for person in found if person), {})


class FamilyChange(models.Model):
    """What a case changed of a family and its card, in enough detail to undo it exactly.

    Rows stay (trigger of migration 0003); an undone change has `reverted_at`, a corrected one another
    `applied_at`. `family` is the one whose card is issued. `facts` holds the report as made, and each row
    changed as it was before and as it is after.
    """

    class Kind(models.TextChoices):
        NEW_HOUSEHOLD = "new_household", "Membentuk rumah tangga baru"
        LOST_OR_DAMAGED = "lost_or_damaged", "Kartu Keluarga hilang/rusak"
        OTHER = "other", "Lainnya"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="family_changes")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    case_ref = models.CharField(max_length=60)
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="changes")
    facts = models.JSONField()
    recorded_by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField()
    reverted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_ref"], name="register_family_change_case_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["new_household", "lost_or_damaged", "other"]),
                name="register_family_change_kind",
            ),
        ]


class RegisterEvent(models.Model):
    """What a case did to the register, in enough detail to undo it exactly.

    `kind` is the event of the standard; `resident` the person and `family` the family it is about, where
    there is one. `number` is that of the letter it gives, kept for ever, also where the event is undone.
    `happened_on` is the day from which its effects are true, so far as it is another one than that of its
    recording. `facts` is what its documents say besides the register; `changes` each row as it was before
    and is after. Rows stay (trigger of migration 0005); an undone event has `reverted_at`, a corrected one
    another `applied_at`.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="register_events")
    source = models.CharField(max_length=4, choices=Origin.choices, default=Origin.OWN, db_default=Origin.OWN)
    kind = models.SlugField(max_length=40, db_index=False)
    case_ref = models.CharField(max_length=60)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, related_name="events")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, null=True, related_name="events")
    number = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    recorded_by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField()
    reverted_at = models.DateTimeField(null=True)
    happened_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_ref"], name="register_event_case_once"),
            models.UniqueConstraint(
                fields=["office", "number"], condition=~Q(number=""), name="register_event_number_once"
            ),
        ]


class DataAccess(models.Model):
    """What an agency may use of population data under its MoU and PKS (Permendagri 102/2019), and until when.

    `categories` are rows of category, number of users and IP address; no password is kept.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="data_accesses")
    case_ref = models.CharField(max_length=60)
    institution = models.CharField(max_length=100)
    institution_kind = models.CharField(max_length=60)
    address = models.CharField(max_length=100)
    person_name = models.CharField(max_length=60)
    person_title = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    email = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    purpose = models.CharField(max_length=500)
    mou_number = models.CharField(max_length=60)
    mou_date = models.DateField()
    agreement_number = models.CharField(max_length=60)
    agreement_date = models.DateField()
    valid_until = models.DateField()
    categories = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_ref"], name="register_data_access_case_once"),
            models.UniqueConstraint(
                fields=["office", "agreement_number"], name="register_data_access_agreement_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("agreement_date")), name="register_data_access_period"
            ),
        ]
