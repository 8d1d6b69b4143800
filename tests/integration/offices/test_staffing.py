"""Changes of people: one asks, another decides, never about oneself, and no work stays behind."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from loket.audit.models import Entry
from loket.cases.actions.staffing import (
    DoubtLeftBehind,
    SigningUnderway,
    WorkLeftBehind,
    agree_to_staff_change,
    expire_staff_changes,
    refuse_staff_change,
)
from loket.cases.models import Case
from loket.cases.queries import case_for
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.core.errors import LoketError, NotAllowedError, NotFoundError
from loket.documents.models import SigningBatch, SigningIntent
from loket.notices.models import Notice
from loket.offices.actions import (
    AddressTaken,
    AlreadyAsked,
    AlreadyDecided,
    AskerDecides,
    NewPerson,
    NothingToChange,
    OwnChange,
    TooFewDeciders,
    ask_staff_change,
    assign_role,
)
from loket.offices.models import Account, Assignment, Role, StaffChange
from loket.offices.queries import actor_of, roles_of
from tests.integration.cases.fixtures import time, world
from tests.integration.cases.world import World
from tests.integration.offices.invented import make_account

__all__ = ["time", "world"]
pytestmark = pytest.mark.django_db


class House:
    """The seed bank with three who may decide on people, and one who works."""

    def __init__(self, world: World) -> None:
        self.world, self.office = world, world.office
        role = Role.objects.create(office=self.office, slug="pengurus", name="Pengurus", rights=["people"])
        self.deciders = [make_account(self.office, f"urus{n}@bank.id") for n in range(3)]
        for account in self.deciders:
            assign_role(account=account, role=role, by=SYSTEM)
        self.clerk = world.people["penerima"]
        self.other = make_account(self.office, "lain@bank.id")

    def ask(self, kind: str = "close", *, by: int = 0, **more: Any) -> StaffChange:
        given = {
            "account": self.clerk.pk,
            "category": "leaves",
            "reason": "pindah tugas",
            "key": uuid.uuid4(),
        } | more
        return ask_staff_change(office=self.office, kind=kind, by=actor_of(self.deciders[by]), **given)

    def agree(self, change: StaffChange, *, by: int = 1) -> StaffChange:
        return agree_to_staff_change(change_id=change.pk, by=actor_of(self.deciders[by]))


@pytest.fixture
def house(world: World) -> House:
    return House(world)


def test_a_leaver_is_closed_by_two_people(house: House) -> None:
    epoch = house.clerk.session_epoch
    change = house.agree(house.ask())
    house.clerk.refresh_from_db()
    assert (change.state, house.clerk.is_active, roles_of(house.clerk)) == ("done", False, [])
    assert house.clerk.session_epoch == epoch + 1
    told = Entry.objects.filter(action__startswith="staff_change").order_by("pk")
    assert [(row.action, row.actor) for row in told] == [
        ("staff_change.ask", house.deciders[0].ref),
        ("staff_change.agree", house.deciders[1].ref),
    ]
    to = sorted(Notice.objects.filter(key__startswith=change.ref).values_list("to", flat=True))
    assert to == sorted([house.clerk.email, house.deciders[0].email, house.deciders[2].email])


def test_nobody_decides_what_they_asked(house: House) -> None:
    with pytest.raises(AskerDecides):
        house.agree(house.ask(), by=0)
    with pytest.raises(AskerDecides):
        refuse_staff_change(
            change_id=StaffChange.objects.get().pk, reason="x", by=actor_of(house.deciders[0])
        )


def test_nobody_asks_or_decides_about_themselves(house: House) -> None:
    with pytest.raises(OwnChange):
        house.ask(account=house.deciders[0].pk)
    with pytest.raises(OwnChange):
        house.ask(successor=house.deciders[0].pk)
    with pytest.raises(OwnChange):
        house.agree(house.ask(account=house.deciders[1].pk))
    with pytest.raises(OwnChange):
        house.agree(house.ask(successor=house.deciders[1].pk))


@pytest.mark.parametrize(
    "broken",
    [
        {"decided_by": "asker"},
        {"decided_by": "clerk"},
        {"asked_by": "clerk"},
        {"successor": "asker"},
        {"decided_by": None},
        {"role": None, "kind": "end_role"},
    ],
)
def test_the_database_keeps_two_people_apart(house: House, broken: dict[str, Any]) -> None:
    change = house.agree(house.ask())
    people = {"asker": house.deciders[0], "clerk": house.clerk}
    for name, value in broken.items():
        setattr(change, name, people.get(value, value))
    with pytest.raises(IntegrityError), transaction.atomic():
        change.save()


def test_who_has_not_the_right_neither_asks_nor_decides(house: House) -> None:
    change = house.ask()
    for account in (house.other, house.world.people["penerima-kebun"]):
        with pytest.raises(NotAllowedError):
            ask_staff_change(
                office=house.office, kind="close", account=house.clerk.pk, category="other", reason="x",
                key=uuid.uuid4(), by=actor_of(account),
            )  # fmt: skip
        with pytest.raises(NotFoundError):
            agree_to_staff_change(change_id=change.pk, by=actor_of(account))
    with pytest.raises(NotFoundError):
        house.ask(account=house.world.people["penerima-kebun"].pk)


def test_the_same_form_twice_asks_once_and_the_same_wish_once(house: House) -> None:
    key = uuid.uuid4()
    assert house.ask(key=key).pk == house.ask(key=key).pk
    with pytest.raises(AlreadyAsked):
        house.ask(by=1)
    house.agree(StaffChange.objects.get())
    with pytest.raises(AlreadyDecided):
        house.agree(StaffChange.objects.get(), by=2)


def test_a_request_ends_after_a_week(house: House) -> None:
    change = house.ask()
    house.world.time.pass_(days=7)
    with pytest.raises(AlreadyDecided):
        house.agree(change)
    assert (expire_staff_changes(), expire_staff_changes()) == (1, 0)
    change.refresh_from_db()
    assert (change.state, change.decided_by) == ("expired", None)
    assert_asker_is_told(change, house, "kedaluwarsa karena tidak diputuskan pada waktunya")


def test_a_refusal_changes_nothing_and_says_why(house: House) -> None:
    change = house.ask()
    with pytest.raises(LoketError):
        refuse_staff_change(change_id=change.pk, reason=" ", by=actor_of(house.deciders[1]))
    refuse_staff_change(change_id=change.pk, reason="keliru", by=actor_of(house.deciders[1]))
    house.clerk.refresh_from_db()
    assert house.clerk.is_active
    assert_asker_is_told(change, house, "ditolak")


def assert_asker_is_told(change: StaffChange, house: House, what: str) -> None:
    """One mail to who asked, without the words of either reason."""
    notice = Notice.objects.get(key__startswith=change.ref)
    assert (notice.to, what in notice.body) == (house.deciders[0].email, True)
    assert not [word for word in ("keliru", "pindah tugas") if word in notice.body + notice.subject]


def test_the_journal_holds_the_category_of_the_reason_and_not_its_words(house: House) -> None:
    with pytest.raises(LoketError) as refused:
        house.ask(category="")
    assert refused.value.field == "category"
    house.agree(house.ask(category="misuse", reason="RAHASIA"))
    rows = Entry.objects.filter(action__startswith="staff_change.").order_by("pk").values_list("details")
    assert [row["category"] for (row,) in rows] == ["misuse", "misuse"]
    assert "RAHASIA" not in str(list(rows))


def test_nobody_leaves_a_signature_in_doubt_behind(house: House) -> None:
    """Only the signer can still say; but who loses another role is not held up."""
    head = house.world.people["kepala"]
    batch = SigningBatch.objects.create(
        office=house.office, signer=head, key=uuid.uuid4(), created_at=clock.now(), state="done"
    )
    document = house.world.render(house.world.at_step("tanda-tangan"))[0]
    intent = SigningIntent.objects.create(
        document=document, batch=batch, signer=head, state="in_doubt", created_at=clock.now(),
        unsigned_sha256=document.unsigned_sha256,
    )  # fmt: skip
    change = house.ask(account=head.pk, successor=house.other.pk)
    with pytest.raises(DoubtLeftBehind):
        house.agree(change)
    intent.state = "void"
    intent.save()
    assert house.agree(change).state == "done"


def test_open_cases_need_somebody_to_take_them_over(house: House) -> None:
    case = house.world.sent()
    assert Case.objects.get().step_role == "penerima"
    with pytest.raises(WorkLeftBehind):
        house.agree(house.ask())
    house.clerk.refresh_from_db()
    assert house.clerk.is_active
    StaffChange.objects.update(state="expired", decided_at=clock.now())
    house.agree(house.ask(successor=house.other.pk))
    assert [role.slug for role in roles_of(house.other)] == ["penerima"]
    assert house.world.work(case, by=actor_of(house.other)).step != "terima"
    with pytest.raises(NotFoundError):
        case_for(case.pk, actor_of(house.clerk))


def test_a_second_holder_is_enough(house: House) -> None:
    house.world.sent()
    assign_role(account=house.other, role=Role.objects.get(office=house.office, slug="penerima"), by=SYSTEM)
    assert house.agree(house.ask("end_role", role="penerima")).state == "done"


def test_nobody_leaves_a_signing_behind(house: House) -> None:
    head = house.world.people["kepala"]
    batch = SigningBatch.objects.create(
        office=house.office, signer=head, key=uuid.uuid4(), created_at=clock.now()
    )
    change = house.ask(account=head.pk)
    with pytest.raises(SigningUnderway):
        house.agree(change)
    SigningBatch.objects.filter(pk=batch.pk).update(state="done")
    assert house.agree(change).state == "done"


def test_two_who_may_decide_always_stay(house: House) -> None:
    house.agree(house.ask(account=house.deciders[2].pk))
    spare = make_account(house.office, "baru@bank.id")
    change = house.ask(account=spare.pk)
    change.account, change.kind = spare, "close"
    role = Role.objects.get(office=house.office, slug="pengurus")
    assign_role(account=spare, role=role, by=SYSTEM)
    house.agree(change)
    assert Assignment.objects.filter(role=role, until__isnull=True, account__is_active=True).count() == 2
    third = make_account(house.office, "tiga@bank.id")
    assign_role(account=third, role=role, by=SYSTEM)
    leaving = house.ask("end_role", account=house.deciders[1].pk, role="pengurus")
    Account.objects.filter(pk=house.deciders[2].pk).update(is_active=False)
    Assignment.objects.filter(account=house.deciders[0]).update(until=clock.now())
    with pytest.raises(TooFewDeciders):
        agree_to_staff_change(change_id=leaving.pk, by=actor_of(third))


def test_requests_of_a_leaver_lapse(house: House) -> None:
    asked = house.ask("totp", by=2)
    house.deciders.append(make_account(house.office, "empat@bank.id"))
    role = Role.objects.get(office=house.office, slug="pengurus")
    assign_role(account=house.deciders[3], role=role, by=SYSTEM)
    house.agree(house.ask(account=house.deciders[2].pk))
    asked.refresh_from_db()
    assert asked.state == "expired"


def test_somebody_new_gets_a_role_and_a_code(house: House) -> None:
    new = NewPerson("Baru@Bank.id", "BARU SEKALI", "1980")
    change = house.agree(house.ask("hire", account=None, new=new, role="penerima"))
    account = Account.objects.get(email="baru@bank.id")
    assert (change.account, account.has_usable_password()) == (account, False)
    assert [role.slug for role in roles_of(account)] == ["penerima"]
    notice = Notice.objects.get(to="baru@bank.id")
    assert notice.secret
    assert "Kode untuk membuat kata sandi: " in notice.body
    with pytest.raises(AddressTaken):
        house.ask("hire", account=None, new=new, role="penerima")


def test_a_role_is_given_once(house: House) -> None:
    assert house.agree(house.ask("give_role", role="pemeriksa")).state == "done"
    with pytest.raises(NothingToChange):
        house.agree(house.ask("give_role", role="pemeriksa"))
    with pytest.raises(NothingToChange):
        house.agree(house.ask("end_role", role="pengawas"))


@pytest.mark.parametrize("kind", ["password", "totp"])
def test_a_lost_password_or_authenticator_is_gone_for_everybody(house: House, kind: str) -> None:
    house.world.totp("penerima")
    house.clerk.refresh_from_db()
    epoch = house.clerk.session_epoch
    house.agree(house.ask(kind))
    house.clerk.refresh_from_db()
    assert (house.clerk.totp_secret == "", house.clerk.session_epoch) == (kind == "totp", epoch + 1)
    if kind == "password":
        assert house.clerk.has_usable_password() is False
    assert Notice.objects.get(to=house.clerk.email).secret is (kind == "password")
