"""Village officers who send for others, and what an official keys in from a message."""

import uuid
from datetime import date
from typing import Any

import pytest

from loket.audit.models import Entry
from loket.cases import actions, queries
from loket.cases.actions import ChannelClosed, Contact, IncompleteApplication, MandateExists, NoMandate
from loket.cases.models import SenderMandate
from loket.core.errors import LoketError, NotFoundError
from loket.offices.models import Area
from loket.register.models import Resident
from tests.integration.cases.senders import VILLAGE, mandate, message, received
from tests.integration.cases.world import World, fresh, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(world: World) -> Resident:
    return world.resident("SITI AMINAH", date(1990, 1, 1), 1)


def in_force(world: World) -> list[str]:
    return [found.name for found in queries.mandates(world.office, in_force=True)]


def test_a_mandate_is_noted_in_its_shape_and_the_journal_names_nobody(world: World) -> None:
    noted = mandate(world, name="  Pak   Kaur ", agreement=" PKS  1 ")
    assert (noted.name, noted.phone, noted.agreement, noted.village_id) == (
        "PAK KAUR", "081290001111", "PKS 1", VILLAGE,
    )  # fmt: skip
    row = Entry.objects.get(action="mandate.note")
    assert (row.subject, row.details) == (
        f"mandate:{noted.pk}", {"village": VILLAGE, "until": "2026-08-31"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"village": "99.12.01.2001"}, "village"),
        ({"village": "99.11.01"}, "village"),
        ({"village": ""}, "village"),
        ({"valid_until": date(2026, 7, 31)}, "valid_until"),
        ({"phone": "12"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"name": " "}, "name"),
        ({"agreement": ""}, "agreement"),
        ({"order": ""}, "order"),
    ],
)
def test_what_is_wrong_with_it_is_said_at_its_field(
    world: World, changes: dict[str, Any], field: str
) -> None:
    Area.objects.create(code="99.12.01.2001", name="Desa Kebun", level="desa", parent="99.12")
    with pytest.raises(LoketError) as refused:
        mandate(world, **changes)
    assert (refused.value.field, SenderMandate.objects.count()) == (field, 0)


def test_only_who_takes_applications_in_notes_and_ends_them(world: World) -> None:
    for stranger in ("pemeriksa", "admin", "penerima-kebun", "siti"):
        with pytest.raises(NotFoundError):
            mandate(world, by=world.actor(stranger))
    noted = mandate(world)
    for who, office in (
        ("pemeriksa", world.office), ("penerima-kebun", world.office), ("penerima-kebun", world.other_office),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            actions.end_mandate(office=office, mandate_id=noted.pk, by=world.actor(who))
    assert SenderMandate.objects.get().ended_at is None


def test_one_number_stands_once_for_a_village_until_it_is_ended(world: World) -> None:
    noted = mandate(world)
    with pytest.raises(MandateExists) as refused:
        mandate(world, name="Orang lain", phone="+62 812-9000-1111")
    assert refused.value.field == "phone"
    Area.objects.create(code="99.11.01.2002", name="Desa Dua", level="desa", parent="99.11.01")
    mandate(world, village="99.11.01.2002")
    by = world.actor("penerima")
    for _ in range(2):
        actions.end_mandate(office=world.office, mandate_id=noted.pk, by=by)
    assert Entry.objects.filter(action="mandate.end").count() == 1
    mandate(world, name="Pengganti")
    assert [found.name for found in queries.mandates(world.office)] == ["PAK KAUR", "PENGGANTI"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-08-04 23:59", []),
        ("2026-08-05 00:00", ["PAK KAUR"]),
        ("2026-08-07 23:59", ["PAK KAUR"]),
        ("2026-08-08 00:00", []),
    ],
)
def test_it_holds_from_its_first_day_to_the_end_of_its_last(
    world: World, moment: str, expected: list[str]
) -> None:
    noted = mandate(world, valid_from=date(2026, 8, 5), valid_until=date(2026, 8, 7))
    world.time.set(moment)
    assert in_force(world) == expected
    assert bool(queries.mandate_in_force(world.office, noted.pk)) == bool(expected)
    assert queries.mandate_in_force(world.other_office, noted.pk) is None


def test_who_sends_under_a_mandate_is_written_as_it_names_them(world: World, owner: Resident) -> None:
    """Sender and applicant are two people with two phones, whatever was typed of the sender."""
    noted = mandate(world)
    typed = {"sender_name": "Orang lain", "sender_phone": "081300000000", "phone": "0811 2222 3333"}
    case = fresh(received(world, owner, "aparat", mandate=noted.pk, **typed))
    assert (case.mandate_id, case.sender_name, case.sender_phone) == (noted.pk, "PAK KAUR", "081290001111")
    assert (case.applicant_name, case.applicant_phone, case.applicant) == (
        "SITI AMINAH", "081122223333", None,
    )  # fmt: skip
    assert (case.state, case.channel, case.step) == ("open", "whatsapp", "terima")


def test_nobody_sends_for_others_without_one(world: World) -> None:
    over = mandate(world, valid_from=date(2026, 7, 1), valid_until=date(2026, 8, 2), phone="081200000001")
    coming = mandate(world, valid_from=date(2026, 8, 4), phone="081200000002")
    ended = mandate(world, phone="081200000003")
    actions.end_mandate(office=world.office, mandate_id=ended.pk, by=world.actor("penerima"))
    elsewhere = mandate(world, phone="081200000004")
    SenderMandate.objects.filter(pk=elsewhere.pk).update(office=world.other_office)
    for key in (None, 0, over.pk, coming.pk, ended.pk, elsewhere.pk):
        with pytest.raises(NoMandate) as refused:
            message(world, "aparat", mandate=key)
        assert refused.value.field == "mandate"


def test_who_applies_themselves_needs_no_mandate_but_a_number(world: World) -> None:
    with pytest.raises(LoketError) as refused:
        message(world, sender_phone="")
    assert refused.value.field == "sender_phone"
    noted = mandate(world)
    case = message(world, sender_name="Budi, anaknya", mandate=noted.pk)
    assert (case.sender_name, case.sender_phone, case.mandate) == ("BUDI, ANAKNYA", "081270002222", None)


def test_a_message_only_where_the_standard_names_the_channel(world: World) -> None:
    with pytest.raises(ChannelClosed):
        message(world, "aparat", channel="counter", mandate=mandate(world).pk)
    with pytest.raises(ChannelClosed):
        message(world, "terbuka")
    with pytest.raises(ChannelClosed):
        message(world, channel="online")


def test_its_pictures_have_to_be_there_and_over_the_counter_papers_may_come_later(
    world: World, owner: Resident
) -> None:
    by, answers = world.actor("penerima"), {"pemilik_nik": owner.nik, "pemilik_nama": owner.name}
    case = message(world)
    actions.save_answers(case_id=case.pk, values=answers, by=by)
    with pytest.raises(IncompleteApplication) as refused:
        actions.submit(case_id=case.pk, by=by, key=uuid.uuid4())
    assert [(fault.key, fault.part) for fault in refused.value.faults] == [("foto_benih", "berkas")]
    paper = actions.attach(case_id=case.pk, requirement="foto_benih", content=photo(), by=by)
    actions.detach(case_id=case.pk, attachment_id=paper.pk, by=by)
    with pytest.raises(IncompleteApplication):
        actions.submit(case_id=case.pk, by=by, key=uuid.uuid4())
    actions.attach(case_id=case.pk, requirement="foto_benih", content=photo(), by=by)
    assert actions.submit(case_id=case.pk, by=by, key=uuid.uuid4()).step == "terima"
    at_counter = message(world, channel="counter", sender_phone="")
    actions.save_answers(case_id=at_counter.pk, values=answers, by=by)
    assert actions.submit(case_id=at_counter.pk, by=by, key=uuid.uuid4()).step == "terima"


def test_who_sends_can_be_corrected_until_it_is_sent(world: World, owner: Resident) -> None:
    first, second = mandate(world), mandate(world, name="Bu Sekdes", phone="081200000002")
    case, by = message(world, "aparat", mandate=first.pk), world.actor("penerima")
    actions.change_contact(case_id=case.pk, contact=Contact("Siti Aminah", mandate=second.pk), by=by)
    assert (fresh(case).mandate_id, fresh(case).sender_name) == (second.pk, "BU SEKDES")
    sent = received(world, owner, "aparat", mandate=first.pk)
    with pytest.raises(actions.NotPossible):
        actions.change_contact(case_id=sent.pk, contact=Contact("Siti", mandate=second.pk), by=by)


def test_the_applicant_of_a_returned_case_can_be_corrected_after_the_mandate_is_over(
    world: World, owner: Resident
) -> None:
    """What was sent under it stays sent under it; only another sender needs one that holds today."""
    noted, by = mandate(world), world.actor("penerima")
    other = mandate(world, phone="081200000002", valid_until=date(2026, 8, 4))
    case = received(world, owner, "aparat", mandate=noted.pk)
    world.back(case, "permohonan")
    world.time.set("2026-09-15 09:00")
    with pytest.raises(NoMandate):
        actions.change_contact(case_id=case.pk, contact=Contact("Siti", mandate=other.pk), by=by)
    contact = Contact("Siti Aminah Binti Ali", mandate=noted.pk)
    changed = actions.change_contact(case_id=case.pk, contact=contact, by=by)
    assert (changed.applicant_name, changed.mandate_id) == ("SITI AMINAH BINTI ALI", noted.pk)
