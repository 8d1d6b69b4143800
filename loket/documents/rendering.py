"""Documents from templates: a declared context and a frame go in, a tagged PDF/A-2a comes out.

A template is a folder of `standards/national/documents`: `document.yaml` declares which fields it takes,
`document.typ` sets them. Values reach Typst as JSON strings and are never evaluated, so a name may hold any
sign. Dates, integers and choices arrive there with their Indonesian words, so that wording has one home.

PDF/A is declared and kept by Typst, which refuses to write what it knows to be a violation; no independent
validator has confirmed it.
"""

import hashlib
import json
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, cast

import segno
import typst
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from loket.catalogue.rules import Condition, applies
from loket.core.errors import LoketError
from loket.core.wording import date_words, long_date, number_words

SHARED = "_shared"
# Beyond this no integer of a document has words.
LARGEST_INTEGER = 999_999
# Trying all eight masks takes five times as long and reads no better: of 1,200 turned, blurred and noisy
# codes 879 were read with this mask and 868 with the one that the standard would choose.
QR_MASK = 3

FieldType = Literal["text", "date", "integer", "choice", "link", "list"]
Problem = tuple[str, str]


class TemplateError(LoketError):
    """Templat dokumen tidak dapat dibaca."""

    status = 500


class ContextError(LoketError):
    """Data dokumen tidak sesuai dengan yang diminta templatnya."""

    status = 500

    def __init__(self, problems: Sequence[Problem]) -> None:
        """`problems` are pairs of the key (`members[0].nik`) and what is wrong with its value."""
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{key}: {what}" for key, what in self.problems))


class RenderingError(LoketError):
    """Dokumen tidak dapat dibuat. Periksa apakah datanya memuat huruf yang tidak lazim."""

    status = 500


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContextField(_Part):
    """One field that a template takes.

    With `when`, the field belongs to the document only where the condition holds; there it is required or
    not like any other, elsewhere it must stay away (no father's name reaches a mother-only certificate).
    """

    key: str
    type: FieldType
    about: str
    required: bool = True
    when: Condition | None = None
    options: dict[str, str] = {}
    fields: list["ContextField"] = []


class Declaration(_Part):
    """The content of `document.yaml`."""

    document: str
    title: str
    regulation: str
    medium: Literal["pdf"]
    paper: Literal["a4", "a5"]
    orientation: Literal["portrait", "landscape"]
    context: list[ContextField] = Field(min_length=1)


@dataclass(frozen=True)
class Template:
    """A template as it was read; `content_hash` tells whether two are the same."""

    slug: str
    title: str
    regulation: str
    paper: str
    orientation: str
    context: tuple[ContextField, ...]
    directory: Path
    content_hash: str


@dataclass(frozen=True)
class Frame:
    """What surrounds the content of every document: its number, its office, its signature.

    `number` is the one people read (akta number, nomor KK); `verify_url` is what the QR holds and may stay
    empty on a document that is not signed electronically.
    """

    document_id: str
    number: str
    verify_url: str
    office_name: str
    region: str
    place: str
    issued_on: date
    issued_at: datetime
    signer_name: str
    signer_title: str
    signer_id: str
    specimen: bool
    signed_electronically: bool

    def __post_init__(self) -> None:
        """Refuse what would give a document that cannot be verified or does not repeat."""
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at has no time zone")
        if self.signed_electronically and not (self.verify_url and self.signer_name):
            raise ValueError("an electronically signed document needs a verify_url and a signer")


def load_template(directory: Path) -> Template:
    """Read the template in `directory`. Raises TemplateError naming the file and what is wrong."""
    source = directory / "document.yaml"
    try:
        declared = Declaration.model_validate(yaml.safe_load(source.read_text(encoding="utf-8")))
        content_hash = _content_hash(directory)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise TemplateError(f"Templat {source} tidak dapat dibaca: {error}") from error
    if declared.document != directory.name:
        raise TemplateError(f"{source}: document harus sama dengan nama foldernya, {directory.name}.")
    return Template(
        slug=declared.document,
        title=declared.title,
        regulation=declared.regulation,
        paper=declared.paper,
        orientation=declared.orientation,
        context=tuple(declared.context),
        directory=directory.resolve(),
        content_hash=content_hash,
    )


def _content_hash(directory: Path) -> str:
    """SHA-256 over everything that decides how the document looks, each file with its name and length."""
    digest = hashlib.sha256()
    shared = sorted((directory.parent / SHARED).glob("*.typ"))
    for path in [directory / "document.yaml", *sorted(directory.glob("*.typ")), *shared]:
        content = path.read_bytes()
        digest.update(f"{path.parent.name}/{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def check_context(template: Template, context: Mapping[str, Any]) -> None:
    """Raise ContextError naming every missing, unknown or mistyped key of `context`."""
    problems = list(_problems(template.context, context, ""))
    if problems:
        raise ContextError(problems)


def _problems(fields: Iterable[ContextField], context: Mapping[str, Any], prefix: str) -> Iterator[Problem]:
    known = {field.key: field for field in fields}
    for key in context:
        if key not in known:
            yield f"{prefix}{key}", "tidak dikenal"
    for key, field in known.items():
        path, value = f"{prefix}{key}", context.get(key)
        empty = value is None or value == [] or (isinstance(value, str) and not value.strip())
        if not applies(field.when, dict(context)):
            if not empty:
                yield path, "tidak berlaku untuk dokumen ini"
        elif empty:
            if field.required:
                yield path, "belum diisi"
        elif field.type == "list":
            yield from _list_problems(field, value, path)
        elif problem := _value_problem(field, value):
            yield path, problem


def _list_problems(field: ContextField, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, (list, tuple)):
        yield path, "harus berupa daftar"
        return
    for position, item in enumerate(value):
        if isinstance(item, Mapping):
            yield from _problems(field.fields, item, f"{path}[{position}].")
        else:
            yield f"{path}[{position}]", "harus berupa kumpulan isian"


def _value_problem(field: ContextField, value: Any) -> str | None:
    """What is wrong with one filled value, or None."""
    if field.type == "integer":
        valid = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_INTEGER
        return None if valid else f"harus bilangan bulat 0 sampai {LARGEST_INTEGER}"
    if field.type == "date":
        return None if _as_date(value) else "harus tanggal (TTTT-BB-HH)"
    if not isinstance(value, str):
        return "harus teks"
    if field.type == "choice" and value not in field.options:
        return f"harus salah satu dari {', '.join(field.options)}"
    # Line feeds, and signs that turn the direction of writing or cannot be seen, would let a paper show
    # something else than the register holds.
    if any(unicodedata.category(sign).startswith("C") for sign in value):
        return "memuat tanda yang tidak dapat dicetak"
    return None


def _as_date(value: Any) -> date | None:
    """The date that `value` is or, as ISO text, says; None where it is none."""
    if isinstance(value, date):
        return None if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def render(template: Template, context: Mapping[str, Any], *, frame: Frame) -> bytes:
    """The document as a tagged PDF/A-2a; the same input gives the same bytes.

    Raises ContextError where the context is not the declared one, RenderingError where Typst refuses (a
    letter that no embedded font has).
    """
    check_context(template, context)
    document = {"title": template.title, "paper": template.paper, "orientation": template.orientation}
    given = {
        "document": document,
        "frame": _frame_input(frame),
        "context": _inputs(template.context, context),
    }
    compiler, lock = _compiler(template.directory, template.content_hash)
    try:
        with lock:
            pdf = compiler.compile(
                format="pdf",
                sys_inputs={"loket": json.dumps(given, ensure_ascii=False)},
                pdf_standards="a-2a",
                # A PDF knows no fractions of a second, and Typst refuses them.
                timestamp=frame.issued_at.astimezone(UTC).replace(microsecond=0),
            )
    except typst.TypstError as error:
        raise RenderingError from error
    return cast(bytes, pdf)  # the other types are those of pictures and of output to a file


@lru_cache(maxsize=64)
def _compiler(directory: Path, content_hash: str) -> tuple[typst.Compiler, threading.Lock]:
    """The compiler of one template, kept because a second document takes half the time of the first.

    A compiler used by two threads at once fails, hence the lock. System fonts stay out, so that every
    machine gives the same file. `content_hash` is part of the key: a changed template gets a new one.
    """
    compiler = typst.Compiler(
        str(directory / "document.typ"), root=str(directory.parent), ignore_system_fonts=True
    )
    return compiler, threading.Lock()


def _frame_input(frame: Frame) -> dict[str, Any]:
    verify = _link_input(frame.verify_url) if frame.signed_electronically else None
    return asdict(frame) | {
        "issued_on": _date_input(frame.issued_on),
        "issued_at": frame.issued_at.isoformat(),
        "verify": verify,
    }


def _inputs(fields: Iterable[ContextField], context: Mapping[str, Any]) -> dict[str, Any]:
    """All declared fields as Typst receives them; what is absent is null."""
    return {field.key: _input(field, context.get(field.key)) for field in fields}


def _input(field: ContextField, value: Any) -> Any:
    if field.type == "list":
        return [_inputs(field.fields, item) for item in value or []]
    if value is None or value == "":
        return None
    if field.type == "date":
        day = _as_date(value)
        return day and _date_input(day)
    if field.type == "integer":
        return {"digits": str(value), "words": number_words(value)}
    if field.type == "choice":
        return {"code": value, "label": field.options[value]}
    if field.type == "link":
        return _link_input(value)
    return value


def _date_input(day: date) -> dict[str, str]:
    return {"long": long_date(day), "short": f"{day:%d-%m-%Y}", "words": date_words(day)}


def _link_input(address: str) -> dict[str, str]:
    """An address and its QR code as SVG with the quiet zone of four modules that scanners expect."""
    svg = BytesIO()
    code = segno.make(address, error="m", mask=QR_MASK, micro=False)
    code.save(svg, kind="svg", border=4, light="#fff", xmldecl=False, svgclass=None, lineclass=None)
    return {"address": address, "qr": svg.getvalue().decode()}
