"""An invented service of a seed bank, built in code: the rules of cases know nothing of real offices."""

from datetime import date
from typing import Any

import pytest
from hypothesis import settings

from loket.catalogue.rules import (
    Deadline,
    FormField,
    FormPart,
    FormRule,
    Procedure,
    Question,
    Requirement,
    Service,
    Source,
    Step,
    Variant,
)

settings.register_profile("loket", deadline=None, database=None)
settings.load_profile("loket")

TODAY = date(2026, 8, 3)
CHOICES = {"jenis_benih": {"1": "PADI", "2": "JAGUNG", "9": "LAINNYA"}}


def field(key: str, kind: str = "text", **more: Any) -> FormField:
    return FormField(key=key, label=key.capitalize(), type=kind, **more)


SEED = FormPart(
    part="benih",
    title="Benih",
    fields=[
        field("jenis", "choice", options="jenis_benih"),
        field("jenis_lain", when={"jenis": "9"}),
        field("panen", "date", past=True),
        field("simpan", "date"),
        field("berat", "decimal", min=0.5, max=1000, required=False),
    ],
)
PEOPLE = FormPart(
    part="orang",
    title="Orang",
    fields=[
        field("penyimpan", "name"),
        field("wakil", "name", when={"titipan": "ya"}),
        field("alasan", "paragraph", when={"wakil": "BUDI"}),
    ],
)
RULES = [
    FormRule(rule="different", fields=["penyimpan", "wakil"], message="Harus dua orang."),
    FormRule(rule="not_before", fields=["simpan", "panen"], message="Disimpan sesudah dipanen."),
]


@pytest.fixture
def variant() -> Variant:
    steps = [
        Step(step="mohon", name="Mohon", kind="apply", actor="pemohon"),
        Step(step="kirim", name="Kirim", kind="send", actor="sistem", send_by=["history"]),
    ]
    return Variant(
        variant="biasa",
        name="Biasa",
        channels=["online"],
        questions=[Question(key="titipan", text="Titipan?", options={"ya": "Ya", "tidak": "Tidak"})],
        requirements=[
            Requirement(key="foto", text="Foto benih"),
            Requirement(key="kuasa", text="Surat kuasa", when={"titipan": "ya"}),
            Requirement(key="asal", text="Surat asal", when={"titipan": "tidak"}),
            Requirement(key="formulir", text="Formulir", kind="form"),
        ],
        procedure=Procedure(procedure="p", name="P", published=[], steps=steps),
        deadline=Deadline(text="1 hari", working_days=1),
        products=[],
        forms=[SEED, PEOPLE],
        form_rules=RULES,
    )


@pytest.fixture
def service(variant: Variant) -> Service:
    return Service(
        service="simpan-benih",
        office="9911",
        number="1",
        name="Simpan Benih",
        group="Benih",
        source=Source(file="x", heading="x"),
        effective_from=date(2024, 1, 1),
        variants=[variant],
        choices=CHOICES,
    )
