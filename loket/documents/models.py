"""Documents: what was issued, its file before and after signing, and every attempt to sign."""

import uuid

from django.db import models
from django.db.models import Q

from loket.core.codes import new_document_id
from loket.core.identity import mask_number
from loket.offices.models import Account, Office

PERSONAL_DIGITS = 16


class Document(models.Model):
    """One numbered product. Its states follow each other as separate steps that can be repeated.

    prepared (number and content decided) → rendered (unsigned file stored) → signed (signed file stored);
    later superseded by a newer one of the same subject, or revoked. `shown` is what the verify page may
    show; `subject_key` (`kk:<number>`) says of what it is the document.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "Sedang disiapkan"
        RENDERED = "rendered", "Menunggu tanda tangan"
        SIGNED = "signed", "Berlaku"
        SUPERSEDED = "superseded", "Digantikan"
        REVOKED = "revoked", "Dicabut"

    id = models.CharField(primary_key=True, max_length=26, default=new_document_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="documents")
    kind = models.SlugField(max_length=60)
    title = models.CharField(max_length=100)
    number = models.CharField(max_length=40)
    subject_name = models.CharField(max_length=100)
    subject_key = models.CharField(max_length=80)
    case_ref = models.CharField(max_length=60)
    context = models.JSONField()
    shown = models.JSONField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREPARED)
    issued_at = models.DateTimeField()
    signer = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    # `wet`: signed with a pen on the printed file; there is no signed file then.
    signature = models.CharField(max_length=10, default="electronic", db_default="electronic")
    # `siak`: made and signed in SIAK; `signed_sha256` is the file as it came back, `signed_by` who its
    # certificate names, and there is no unsigned file.
    source = models.CharField(max_length=4, default="own", db_default="own")
    signed_by = models.CharField(max_length=100, default="", db_default="")
    specimen = models.BooleanField(default=True)
    template_hash = models.CharField(max_length=64, blank=True)
    unsigned_sha256 = models.CharField(max_length=64, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    signature_digest = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    revoked_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_ref", "kind"], name="documents_once_per_case"),
            models.UniqueConstraint(
                fields=["office", "kind", "subject_key"],
                condition=Q(state="signed"),
                name="documents_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["signed_sha256"], condition=~Q(signed_sha256=""), name="documents_signed_file_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "rendered"], signed_sha256="", signed_at__isnull=True)
                | (
                    Q(state__in=["signed", "superseded", "revoked"], signed_at__isnull=False)
                    & (~Q(signed_sha256="") | Q(signature="wet"))
                ),
                name="documents_signed_whole",
            ),
            models.CheckConstraint(
                condition=Q(signature="electronic") | Q(signature="wet", signed_sha256=""),
                name="documents_signature_kind",
            ),
            models.CheckConstraint(
                condition=Q(source="own") | Q(source="siak", unsigned_sha256=""),
                name="documents_source_files",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "issued_at"], name="documents_to_sign", condition=Q(state="rendered")
            ),
            models.Index(fields=["issued_at"], name="documents_to_render", condition=Q(state="prepared")),
            models.Index(fields=["number"], name="documents_number"),
            models.Index(fields=["signature_digest"], name="documents_digest"),
        ]

    @property
    def awaited(self) -> bool:
        """Whether it is being made and signed in SIAK and has not come back yet."""
        return self.source != "own" and self.state == self.State.PREPARED

    @property
    def shown_number(self) -> str:
        """The number as anybody may see it: 16 digits are a personal number and lose their middle."""
        return mask_number(self.number) if len(self.number) == PERSONAL_DIGITS else self.number


class SigningBatch(models.Model):
    """A list of documents that a signer released at once with passphrase and TOTP."""

    class State(models.TextChoices):
        RUNNING = "running", "Berjalan"
        LOCKED = "locked", "Perlu frasa sandi lagi"
        DONE = "done", "Selesai"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    signer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class BatchItem(models.Model):
    """One document of a batch and what became of it."""

    class Result(models.TextChoices):
        WAITING = "waiting", "Menunggu"
        SIGNED = "signed", "Ditandatangani"
        FAILED = "failed", "Gagal"
        IN_DOUBT = "in_doubt", "Diragukan"

    batch = models.ForeignKey(SigningBatch, on_delete=models.PROTECT, related_name="items")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    # What the signer released; if the content changes after that, it is not signed in this batch.
    unsigned_sha256 = models.CharField(max_length=64)
    position = models.PositiveIntegerField()
    result = models.CharField(max_length=10, choices=Result.choices, default=Result.WAITING)
    message = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "document"], name="documents_once_per_batch"),
        ]


class SigningIntent(models.Model):
    """That a file was about to be handed to the signer: stored before the call.

    While one is calling, in doubt or done, no second one can exist for the document, so at most one signed
    file is ever made. A person settles what is in doubt; a void intent no longer counts.
    """

    class State(models.TextChoices):
        CALLING = "calling", "Sedang dikirim ke penanda tangan"
        DONE = "done", "Selesai"
        FAILED = "failed", "Gagal, pasti tidak ditandatangani"
        IN_DOUBT = "in_doubt", "Diragukan"
        VOID = "void", "Dibatalkan oleh petugas"

    # The document is signed, or may be.
    LIVE = (State.CALLING, State.IN_DOUBT, State.DONE)

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="intents")
    batch = models.ForeignKey(SigningBatch, on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    unsigned_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CALLING)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=["calling", "in_doubt", "done"]),
                name="documents_one_live_intent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "created_at"],
                name="documents_unsettled",
                condition=Q(state__in=["calling", "in_doubt"]),
            ),
        ]
