"""Offices, areas, people and their roles, calendars."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac


class Area(models.Model):
    """A Kemendagri area, current or retired: provinsi, kabupaten/kota, kecamatan, desa/kelurahan."""

    code = models.CharField(primary_key=True, max_length=13)
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=20)
    parent = models.CharField(max_length=13, blank=True, db_index=True)
    retired = models.BooleanField(default=False)


class Office(models.Model):
    """One civil-registration office. `definition` is its `office.yaml` as published last."""

    code = models.CharField(primary_key=True, max_length=4)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=150)
    short_name = models.CharField(max_length=100)
    definition = models.JSONField()

    def __str__(self) -> str:
        return self.short_name


class Role(models.Model):
    """A role as this office calls it; the standards name it as the actor of steps."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="roles")
    slug = models.SlugField()
    name = models.CharField(max_length=100)
    title = models.CharField(max_length=150)
    rights = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "slug"], name="offices_role_once")]


class Site(models.Model):
    """A place of an office besides its main one: a kecamatan, a desk in an MPP, a KUPT, a mobile team."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="sites")
    slug = models.SlugField()
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "slug"], name="offices_site_once")]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").lower())


class Account(AbstractBaseUser):
    """Somebody who can sign in: a citizen (e-mail and one-time code) or staff (password).

    The e-mail address is kept in lower case, so that it is one account however it is typed.
    `totp_secret` is encrypted; `totp_step` is the last time step used, so that a code works once.
    """

    class Kind(models.TextChoices):
        CITIZEN = "citizen", "Warga"
        STAFF = "staff", "Petugas"

    email = models.EmailField(max_length=120, unique=True)
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=20, blank=True)
    employee_number = models.CharField(max_length=18, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="staff")
    # Where somebody works; without one at the office's main place.
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="staff")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    totp_secret = models.TextField(blank=True)
    totp_step = models.BigIntegerField(default=0)
    # Grows when all sessions of the account have to end.
    session_epoch = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()

    objects = AccountManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="offices_account_email_lower"),
            models.CheckConstraint(
                condition=Q(kind="citizen", office__isnull=True) | Q(kind="staff", office__isnull=False),
                name="offices_account_staff_has_office",
            ),
        ]

    @property
    def ref(self) -> str:
        """How the journal names this account."""
        return f"account:{self.pk}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must have been opened under; Django asks at every request."""
        opened_under = f"{self.password}:{self.session_epoch}"
        salt = "loket.offices.models.Account.session"
        return salted_hmac(salt, opened_under, secret=secret, algorithm="sha256").hexdigest()


class Assignment(models.Model):
    """An account holds a role, from a moment until another."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role"], condition=Q(until__isnull=True), name="offices_assignment_once"
            )
        ]


class Holiday(models.Model):
    """A day on which an office is closed. Without an office it is a national day.

    `kind`: public (libur nasional), joint (cuti bersama), office (closed by the office itself), open (a
    national day on which this office works).
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "day"], name="offices_holiday_once_per_office"),
            models.UniqueConstraint(
                fields=["day"], condition=Q(office__isnull=True), name="offices_holiday_once_nationally"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["public", "joint", "office", "open"]), name="offices_holiday_kind"
            ),
        ]


class LoginCode(models.Model):
    """A one-time code sent to an e-mail address (in lower case); only its keyed hash is kept."""

    email = models.EmailField(max_length=120)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["email", "-id"], name="offices_login_code_email"),
            models.Index(fields=["expires_at"], name="offices_login_code_age"),
        ]


class Throttle(models.Model):
    """How often something was tried under a key (a hash) since `started_at`."""

    key = models.CharField(primary_key=True, max_length=64)
    started_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()


class SpecialHours(models.Model):
    """Other weekly hours from one day to another (Ramadan); a weekday they do not name is closed then.

    `hours` is written like those of `office.yaml`. Two of one office never overlap (migration 0002).
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="special_hours")
    name = models.CharField(max_length=120)
    first_day = models.DateField()
    last_day = models.DateField()
    hours = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")), name="offices_special_hours_forward"
            ),
        ]


class PasswordCode(models.Model):
    """A one-time code with which an official sets a password; only its keyed hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="password_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class StaffChange(models.Model):
    """A change of an official's account or roles: asked for by one person and decided by another.

    Neither of them is the person concerned or the one who takes over (`successor`). `key` is the idempotency
    key of the form. A new account has no `account` until it is agreed to.
    """

    class Kind(models.TextChoices):
        HIRE = "hire", "Akun baru"
        GIVE_ROLE = "give_role", "Beri peran"
        END_ROLE = "end_role", "Akhiri peran"
        CLOSE = "close", "Tutup akun"
        PASSWORD = "password", "Kata sandi baru"
        TOTP = "totp", "Autentikator baru"

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu keputusan"
        DONE = "done", "Disetujui"
        REFUSED = "refused", "Ditolak"
        EXPIRED = "expired", "Kedaluwarsa"

    class Category(models.TextChoices):
        ARRIVES = "arrives", "Masuk atau pindah ke tugas ini"
        LEAVES = "leaves", "Pindah, pensiun, atau berhenti"
        STANDS_IN = "stands_in", "Menggantikan sementara"
        LOST = "lost", "Lupa atau hilang"
        MISUSE = "misuse", "Dugaan penyalahgunaan"
        MISTAKE = "mistake", "Memperbaiki kekeliruan"
        OTHER = "other", "Lainnya"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="staff_changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="changes")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, related_name="+")
    successor = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    email = models.EmailField(max_length=120, blank=True)
    name = models.CharField(max_length=100, blank=True)
    employee_number = models.CharField(max_length=18, blank=True)
    # What the journal keeps of the reason; the words of the reason may speak of somebody's life.
    category = models.CharField(
        max_length=10, choices=Category.choices, default=Category.OTHER, db_default="other"
    )
    reason = models.CharField(max_length=300)
    key = models.UUIDField(unique=True)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="offices_change_two_people"),
            models.CheckConstraint(
                condition=~Q(asked_by=F("account")) & ~Q(asked_by=F("successor")),
                name="offices_change_not_asked_for_oneself",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("account")) & ~Q(decided_by=F("successor")),
                name="offices_change_not_decided_for_oneself",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state="expired", decided_by__isnull=True, decided_at__isnull=False)
                | Q(state__in=["done", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="offices_change_decided_whole",
            ),
            models.CheckConstraint(
                condition=(Q(kind="hire", role__isnull=False) & ~Q(email="") & ~Q(name=""))
                | Q(kind__in=["give_role", "end_role"], account__isnull=False, role__isnull=False)
                | Q(kind__in=["close", "password", "totp"], account__isnull=False, role__isnull=True),
                name="offices_change_shape",
            ),
            models.CheckConstraint(
                condition=~Q(kind="hire")
                | Q(state="done", account__isnull=False)
                | (~Q(state="done") & Q(account__isnull=True)),
                name="offices_change_hired_when_done",
            ),
            models.UniqueConstraint(
                fields=["kind", "account", "role", "email"],
                condition=Q(state="waiting"),
                nulls_distinct=False,
                name="offices_change_asked_once",
            ),
        ]
        indexes = [models.Index(fields=["office", "state", "-asked_at"], name="offices_changes")]

    @property
    def ref(self) -> str:
        """How the journal names this change."""
        return f"staff-change:{self.pk}"
