"""The words of a standard: every key and kind that a file under `standards/` may use."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

# Slugs stand in addresses, keys in forms and conditions.
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=50)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)]
Condition = dict[str, str | bool | list[str]]
FieldType = Literal[
    "text",
    "paragraph",
    "name",
    "nik",
    "nomor_kk",
    "date",
    "time",
    "integer",
    "decimal",
    "choice",
    "village",
    "phone",
    "email",
    "rows",
]
# The list of choices that a revision captures for its `village` fields; no code list can be named so.
VILLAGES = "areas/villages"
# A page of rows stays within what is kept while somebody signs in again, and within a phone's patience.
MAX_ROWS, MAX_CELLS = 30, 90
StepKind = Literal[
    "apply",
    "receive",
    "check",
    "register",
    "forward",
    "verify",
    "paraf",
    "enter_data",
    "sign",
    "stamp",
    "send",
    "hand_over",
    "acknowledge",
    "archive",
    # papers that come by message, and what is made of them
    "lift",
    "print_file",
    "print",
    "sort",
    "handover_record",
    "distribute",
    "announce",
    # with the person there
    "interview",
    "check_biometrics",
    "record_biometrics",
    "activate",
    # inside the office
    "unload",
    "consolidate",
    "analyse",
    "inspect",
    "repair",
    "report",
    "number_and_send",
]
Signature = Literal["electronic", "wet"]
# A paper over the counter: an original is given back in the end, a form or a letter to the office and a copy
# stay, a shown one is only looked at.
Nature = Literal["original", "letter", "copy", "shown"]
# What stands before the lines of a printed list: `a.` or `1.`.
ListMarks = Literal["letters", "numbers"]
Medium = Literal["pdf", "card"]
# Who gives the numbers and signs the documents: our own register, or the national system.
RegisterSource = Literal["own", "siak"]
# `whatsapp` is keyed in by an official; `internal` is a work item of the office itself, `automatic` one that
# the daily job opens.
Channel = Literal["online", "counter", "whatsapp", "internal", "automatic"]
# Those whose applications an official writes.
KEYED_IN: tuple[Channel, ...] = ("counter", "whatsapp")
# When the daily job opens a case by itself: each period once, or each resident once whose KTP-el can be
# printed (recorded, and 17 completed).
Opening = Literal["monthly", "quarterly", "semester", "id_card_ready"]
# What the register can record; each is implemented once in code.
Event = Literal[
    "birth",
    "birth_abroad",
    "stillbirth",
    "birth_statement",
    "death",
    "death_statement",
    "marriage",
    "marriage_annulment",
    "divorce",
    "divorce_annulment",
    "adoption",
    "acknowledgement",
    "legitimation",
    "name_change",
    "akta_correction",
    "other_event",
    "akta_annulment",
    "akta_withdrawal",
    "citizenship_gain",
    "citizenship_loss",
    "civil_statement",
    "extract_reissue",
    "family_card",
    "family_new",
    "family_divorced",
    "family_split",
    "family_join",
    "family_member_added",
    "family_member_removed",
    "family_head_changed",
    "family_replaced",
    "family_data_changed",
    "move_within",
    "move_out",
    "move_in",
    "move_abroad",
    "return_from_abroad",
    "foreign_residence",
    "identity_substitute",
    "id_card_new",
    "id_card_replaced",
    "id_card_changed",
    "child_card",
    "data_access",
]

# The 14 components of a Standar Pelayanan (UU 25/2009 art. 21). The first three come from the variants, the
# others are texts of the office or of the service.
TextComponent = Literal[
    "fee",
    "product",
    "complaints",
    "legal_basis",
    "facilities",
    "competence",
    "supervision",
    "staffing",
    "service_guarantee",
    "safety_guarantee",
    "evaluation",
]
Component = Literal["requirements", "procedure", "deadline", TextComponent]
StandardText = str | list[str]
COMPONENT_NAMES: dict[Component, str] = {
    "requirements": "Persyaratan",
    "procedure": "Sistem, mekanisme, dan prosedur",
    "deadline": "Jangka waktu pelayanan",
    "fee": "Biaya/tarif",
    "product": "Produk pelayanan",
    "complaints": "Penanganan pengaduan, saran, dan masukan",
    "legal_basis": "Dasar hukum",
    "facilities": "Sarana, prasarana, dan/atau fasilitas",
    "competence": "Kompetensi pelaksana",
    "supervision": "Pengawasan internal",
    "staffing": "Jumlah pelaksana",
    "service_guarantee": "Jaminan pelayanan",
    "safety_guarantee": "Jaminan keamanan dan keselamatan pelayanan",
    "evaluation": "Evaluasi kinerja pelaksana",
}
TEXT_COMPONENTS: tuple[TextComponent, ...] = get_args(TextComponent)

# Steps that nobody has to press a button for, where their actor is the system.
SYSTEM_KINDS: frozenset[StepKind] = frozenset({"send"})
# Steps that write documents: the event is recorded, or a report is written.
WRITING_KINDS: frozenset[StepKind] = frozenset({"enter_data", "report"})
# What the applicant does; the second is confirmed by the desk that took the application in.
APPLICANT_KINDS: frozenset[StepKind] = frozenset({"apply", "acknowledge"})
APPLICANT = "pemohon"
SYSTEM = "sistem"


class Part(BaseModel):
    """A part of a standard: closed, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def empty(value: Any) -> bool:
    """Left out of a revision, so that services that do not use it keep their content."""
    return not value


def by_applicant(value: Any) -> bool:
    """Whether a procedure's sender is the usual one, left out of a revision like what is empty."""
    return bool(value == "applicant")


def applies(when: Condition | None, answers: dict[str, Any]) -> bool:
    """Whether a condition (`{cause: hilang}`) holds for the answers; no condition always holds.

    All named answers must match; a list means one of its values.
    """
    for key, wanted in (when or {}).items():
        given = answers.get(key)
        if given not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True
