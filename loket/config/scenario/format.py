"""The shape of a scenario file. The same classes give its JSON Schema."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from loket.cases.rules.states import State
from loket.catalogue.rules import Key
from loket.core.identity import Finding, digits_of, family_card_findings, nik_findings

SAMPLE = "contoh"
# The ways of applying that `driving.CHANNELS` knows.
DRIVEN_CHANNELS = frozenset({"online", "counter", "whatsapp", "internal", "automatic"})
# Those of which a person must be named; the office opens the others itself.
APPLIED_FOR = frozenset({"online", "counter", "whatsapp"})
# Which entries a deviation needs, and which it may have, besides `at`, `visit` and `do`.
DEEDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "return": (frozenset({"reason"}), frozenset({"to", "repair"})),
    "reject": (frozenset({"reason"}), frozenset()),
    "cancel": (frozenset(), frozenset()),
    "wait": (frozenset(), frozenset({"minutes", "days"})),
    "take": (frozenset({"minutes"}), frozenset()),
    "holiday": (frozenset({"day"}), frozenset({"name"})),
    "attempt": (frozenset({"by"}), frozenset({"refused"})),
    "accept_numbers": (frozenset({"reason"}), frozenset()),
}
# The states in which a case may be found at the end of a scenario.
STATES: tuple[str, ...] = get_args(State)


def _one_of(names: Iterable[str]) -> Any:
    """A text that `reading` compares with these names, so that a wrong one is answered with all of them."""
    return Field(json_schema_extra={"enum": list(names)})


def _moment(text: Any) -> datetime:
    try:
        return datetime.strptime(str(text), "%Y-%m-%d %H:%M")  # noqa: DTZ007 (the office's own zone)
    except ValueError as error:
        raise ValueError(f"'{text}' bukan waktu; tulis seperti 2026-08-03 09:00") from error


def _nik(text: Any) -> Any:
    return _number(nik_findings, text)


def _family_number(text: Any) -> Any:
    return _number(family_card_findings, text)


def _number(findings: Callable[[str], list[Finding]], text: Any) -> Any:
    """A number of the invented register: nobody gives a reason for an impossible one there, as in the
    form."""
    if not isinstance(text, str):
        return text
    wrong = next((finding for finding in findings(text) if finding.level != "warn"), None)
    if wrong is not None:
        raise ValueError(wrong.message.rstrip("."))
    return digits_of(text)


Moment = Annotated[
    datetime,
    BeforeValidator(
        _moment, json_schema_input_type=Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d$")]
    ),
]
NikText = Annotated[str, BeforeValidator(_nik, json_schema_input_type=str)]
FamilyNumberText = Annotated[str, BeforeValidator(_family_number, json_schema_input_type=str)]
Files = str | list[str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Applicant(_Part):
    """Who applies, by an invented name: with an account online, without one at the counter.

    `sender` is who comes to the counter, or sends the message, in their stead.
    """

    name: str = Field(default="PEMOHON REKAAN", min_length=1, max_length=100)
    email: str = Field(default="pemohon@contoh.id", pattern=r"^[^@\s]+@[^@\s]+$")
    sender: str = Field(default="", max_length=100)


class Member(_Part):
    """A resident of the register. Everybody in a scenario is invented; serials of NIKs are 9xxx."""

    nik: NikText
    name: str
    sex: Literal["L", "P"]
    birth_place: str
    birth_date: date
    relation: str = "KEPALA KELUARGA"
    religion: str = "ISLAM"
    blood_type: str = "TIDAK TAHU"
    education: str = "SLTA/SEDERAJAT"
    occupation: str = "WIRASWASTA"
    marital_status: str = "BELUM KAWIN"
    marriage_date: date | None = None
    nationality: str = "WNI"
    father_nik: str = ""
    father_name: str = ""
    mother_nik: str = ""
    mother_name: str = ""
    birth_certificate: str = ""
    biometrics_recorded_on: date | None = None
    id_card_issued_on: date | None = None


class Household(_Part):
    """A family of the register with its card."""

    family: FamilyNumberText
    village: str
    issued_on: date
    address: str = "JL. CONTOH NO. 1"
    rt: str = "001"
    rw: str = "001"
    members: list[Member] = Field(min_length=1)


class Repair(_Part):
    """How the applicant mends a returned application: after how many days, with which changes."""

    after_days: int = Field(default=0, ge=0, le=400)
    answers: dict[Key, Any] = {}
    attachments: dict[Key, Files] = {}
    papers: list[Key] = []


class Deviation(_Part):
    """Something that does not go straight, at the `visit`-th time that the case stands at step `at`."""

    at: str
    visit: int = Field(default=1, ge=1)
    do: Annotated[str, _one_of(DEEDS)]
    to: str | None = None
    reason: str | None = None
    repair: Repair | None = None
    minutes: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=1, le=400)
    day: date | None = None
    name: str | None = None
    by: str | None = None
    refused: str | None = None


class Expected(_Part):
    """What must come out."""

    state: Annotated[str, _one_of(STATES)] = "done"
    products: list[str] | None = None
    within_deadline: bool | None = None
    refused: str | None = None


class Scenario(_Part):
    """One application from its start to its end."""

    scenario: str = Field(min_length=1, max_length=200)
    office: str
    service: str
    variant: str
    channel: str = "online"
    start: Moment | None = None
    applicant: Applicant = Applicant()
    people: str = ""
    earlier: list[str] = []
    residents: list[Household] = []
    answers: dict[Key, Any] = {}
    report: str = Field(default="Pekerjaan dilaksanakan sesuai dengan SOP.", min_length=1)
    attachments: dict[Key, Files] = {}
    site: str | None = None
    papers_missing: list[Key] = []
    originals: list[str] = []
    default_minutes: int = Field(default=10, ge=1)
    takes: dict[str, Annotated[int, Field(ge=1)]] = {}
    deviations: list[Deviation] = []
    expected: Expected = Expected()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file (draft 2020-12)."""
    schema = Scenario.model_json_schema()
    rules = [
        {
            "if": {"properties": {"do": {"const": deed}}, "required": ["do"]},
            "then": {
                "required": sorted(needed),
                "propertyNames": {"enum": ["at", "do", "visit", *sorted(needed | allowed)]},
            },
        }
        for deed, (needed, allowed) in DEEDS.items()
    ]
    schema["$defs"]["Deviation"]["allOf"] = rules
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
