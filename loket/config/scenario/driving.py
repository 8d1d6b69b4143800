"""Taking a case through the steps of its standard, by kind of step; no office and no service is known here.

A new kind of step is one function in `KINDS`, a new channel one in `CHANNELS`, a new kind of signature one in
`SIGNATURES`.
"""

import uuid
from collections.abc import Callable, Mapping
from typing import get_args

import pyotp

from loket.cases import actions, queries
from loket.cases.queries.numbers import impossible_numbers
from loket.cases.rules.states import FINAL
from loket.catalogue.rules import Step, StepKind
from loket.config.scenario.beginning import open_case
from loket.config.scenario.format import APPLIED_FOR, Deviation
from loket.config.scenario.playing import Attempt, Play
from loket.config.scenario.preparing import PASSPHRASE
from loket.core.errors import LoketError
from loket.documents import queries as documents
from loket.documents.models import BatchItem
from loket.offices.actions.signin import TOTP_SECONDS
from loket.register.actions.accepting import RIGHT

Drive = Callable[[Play, Step, Deviation | None], None]


class NotSigned(LoketError):
    """Dokumen tidak dapat ditandatangani."""


def sentence(error: LoketError) -> str:
    """What the user reads, with everything that is to be mended."""
    faults = [f"({fault.key}) {fault.message}" for fault in getattr(error, "faults", [])]
    return " ".join([error.message, *faults, *([f"({error.field})"] if error.field else [])])


def drive(play: Play) -> None:
    """Play the scenario to its end, or to the first step that refuses; `play` says what happened."""
    step: Step | None = play.plan.variant.procedure.steps[0]
    try:
        if play.plan.scenario.channel not in APPLIED_FOR:
            open_case(play)
            play.look()
        while step is not None:
            play.visits[step.step] += 1
            _at_step(play, step)
            step = _next(play)
    except LoketError as error:
        play.refused = (step.step if step else "", sentence(error))


def _next(play: Play) -> Step | None:
    """The step at which the case stands; None where it is over, or waits for an answer that never comes."""
    case = play.opened
    if case.state in FINAL or not case.step:
        return None
    if case.state == "returned" and (play.repaired_with is None or play.repaired_with.repair is None):
        _leave_unanswered(play)
        return None
    return play.plan.variant.step(case.step)


def _leave_unanswered(play: Play) -> None:
    """The applicant never answers: the reminder, and the closing after the days that the office allows."""
    for days in (play.office.definition["remind_days"], play.office.definition["answer_days"]):
        returned_at = play.opened.returned_at
        if returned_at is not None:
            play.time.now = returned_at
            play.time.pass_(days=days)
            actions.expire_unanswered()
            play.look()


def _at_step(play: Play, step: Step) -> None:
    """First what happens around the step, then the step itself or what takes its place."""
    if play.case is None:
        open_case(play)
    here = [
        (place, deviation)
        for place, deviation in enumerate(play.plan.scenario.deviations)
        if (deviation.at, deviation.visit) == (step.step, play.visits[step.step])
    ]
    longer: Deviation | None = None
    for place, deviation in here:
        play.happened.add(place)
        if deviation.do in AROUND:
            AROUND[deviation.do](play, step, deviation)
        elif deviation.do == "take":
            longer = deviation
        else:
            INSTEAD[deviation.do](play, step, _with_minutes(deviation, longer))
            play.look()
            return
    # An attempt that was let through has taken the step already.
    if play.opened.state not in FINAL and (play.opened.step or step.step) == step.step:
        KINDS[step.kind](play, step, longer)
        play.look()


def _with_minutes(deviation: Deviation, longer: Deviation | None) -> Deviation:
    """The deviation with the minutes that another one gave the step."""
    return deviation.model_copy(update={"minutes": longer.minutes}) if longer else deviation


def _wait(play: Play, step: Step, deviation: Deviation) -> None:
    if deviation.days is not None:
        play.time.pass_(days=deviation.days)
    else:
        play.time.work(deviation.minutes or 0, play.hours)


def _holiday(play: Play, step: Step, deviation: Deviation) -> None:
    by = next(
        actor for actor in map(play.actor, play.people.staff) if actor.may("calendar", play.office.code)
    )
    if deviation.day is not None:
        name = deviation.name or "Hari libur dalam skenario"
        actions.close_office_day(office=play.office, day=deviation.day, name=name, by=by)


def _attempt(play: Play, step: Step, deviation: Deviation) -> None:
    """Somebody with another role tries to carry out the step; nothing must change."""
    by, said = deviation.by or "", ""
    try:
        actions.take_step(**play.once(), by=play.actor(by), step=step.step)
    except LoketError as error:
        said = sentence(error)
    play.attempts.append(Attempt(step.step, by, said, deviation.refused or ""))
    play.look()


def _accept_numbers(play: Play, step: Step, deviation: Deviation) -> None:
    """A supervisor takes the numbers of the form that cannot have been issued so."""
    by = next(actor for actor in map(play.actor, play.people.staff) if actor.may(RIGHT, play.office.code))
    for odd in impossible_numbers(play.opened, play.plan.variant):
        if odd.waits:
            key, reason = odd.number.key, deviation.reason or ""
            actions.accept_case_number(case_id=play.opened.pk, key=key, reason=reason, by=by)
    play.look()


AROUND: dict[str, Drive] = {
    "wait": _wait,
    "holiday": _holiday,
    "attempt": _attempt,
    "accept_numbers": _accept_numbers,
}


def _return(play: Play, step: Step, deviation: Deviation) -> None:
    play.time.work(play.minutes(step, deviation), play.hours)
    to = deviation.to or step.returns_to[0]
    by = play.actor(play.plan.variant.role_of(step))
    play.case = actions.return_case(**play.once(), by=by, to=to, reason=deviation.reason or "")
    play.repaired_with = deviation


def _reject(play: Play, step: Step, deviation: Deviation) -> None:
    play.time.work(play.minutes(step, deviation), play.hours)
    by = play.actor(play.plan.variant.role_of(step))
    play.case = actions.reject(**play.once(), by=by, reason=deviation.reason or "")


def _cancel(play: Play, step: Step, deviation: Deviation) -> None:
    play.case = actions.cancel(case_id=play.opened.pk, by=play.writer, key=uuid.uuid4())


INSTEAD: dict[str, Drive] = {"return": _return, "reject": _reject, "cancel": _cancel}


def _online(play: Play, step: Step, longer: Deviation | None) -> None:
    """The applicant fills in, uploads and sends, at any hour."""
    scenario = play.plan.scenario
    play.time.pass_(minutes=play.minutes(step, longer))
    play.answer(scenario.answers)
    play.hand_in(scenario.attachments)
    play.case = actions.submit(case_id=play.opened.pk, by=play.writer, key=uuid.uuid4())


def _keyed_in(play: Play, step: Step, longer: Deviation | None) -> None:
    """An official writes, and notes the papers that come over the counter or attaches the pictures sent."""
    scenario = play.plan.scenario
    play.time.work(play.minutes(step, longer), play.hours)
    play.answer(scenario.answers)
    if scenario.channel == "whatsapp":
        play.hand_in(scenario.attachments)
    play.hand_over_papers(without=scenario.papers_missing, originals=scenario.originals)
    play.case = actions.submit(case_id=play.opened.pk, by=play.writer, key=uuid.uuid4())


def _opened_by_office(play: Play, step: Step, longer: Deviation | None) -> None:
    """Nobody applies: the case stands at its first step at once."""


CHANNELS: dict[str, Drive] = {
    "online": _online,
    "counter": _keyed_in,
    "whatsapp": _keyed_in,
    "internal": _opened_by_office,
    "automatic": _opened_by_office,
}


def _repair(play: Play, step: Step, longer: Deviation | None) -> None:
    """The applicant mends what was returned, and sends it again."""
    mended = play.repaired_with.repair if play.repaired_with else None
    if mended is not None:
        play.time.pass_(days=mended.after_days, minutes=play.minutes(step, longer))
        play.answer(mended.answers)
        if play.plan.scenario.channel != "counter":
            play.hand_in(mended.attachments, only=True)
        if play.plan.scenario.channel != "online":
            missing = {item.key for item in queries.papers_missing(play.opened)}
            play.hand_over_papers(without=sorted(missing - set(mended.papers)))
    play.case = actions.repair(case_id=play.opened.pk, by=play.writer, key=uuid.uuid4())
    play.repaired_with = None


def _apply(play: Play, step: Step, longer: Deviation | None) -> None:
    if play.opened.state == "returned":
        _repair(play, step, longer)
    else:
        CHANNELS[play.plan.scenario.channel](play, step, longer)


def _official(
    play: Play, step: Step, longer: Deviation | None, numbers: Mapping[str, str] | None = None
) -> None:
    """Whoever has the role works for as long as the SOP says and confirms, with what the kind asks for."""
    play.time.work(play.minutes(step, longer), play.hours)
    by = play.actor(play.plan.variant.role_of(step))
    given = actions.Given(
        signed_on_paper=True,
        receipt=play.opened.receipt_number or "",
        received_by=play.opened.sender_name or play.opened.applicant_name,
        acknowledged=True,
        way=next(iter(play.plan.variant.pickup), ""),
        present=True,
        checked="not_found",
        text=play.plan.scenario.report,
        numbers=numbers or {},
    )
    play.case = actions.take_step(**play.once(), by=by, step=step.step, given=given)


def _enter(play: Play, step: Step, longer: Deviation | None) -> None:
    """Where the numbers come from SIAK, the operator brings each one; the same again later."""
    by = play.actor(play.plan.variant.role_of(step))
    wanted = actions.numbers_wanted(case_id=play.opened.pk, by=by)
    numbers = {item.slot: item.given or play.siak.number(item) for item in wanted}
    _official(play, step, longer, numbers)


def _elsewhere(play: Play, step: Step, longer: Deviation | None) -> None:
    """The official signs in SIAK; the operator drops the files back, which carries the case on."""
    play.time.work(play.minutes(step, longer), play.hours)
    operator = play.actor(play.plan.variant.operator_awaiting(step))
    official = play.people.staff[step.actor].name
    waiting = [item for item in documents.of_case(play.opened.ref) if not item.signed_sha256]
    files = [play.siak.document(item, official, play.time.now) for item in waiting]
    for taken in actions.take_files(office=play.office, contents=files, by=operator):
        if taken.outcome != "taken":
            raise NotSigned(taken.sentence)
    play.look()


def _electronic(play: Play, step: Step, longer: Deviation | None) -> None:
    """Passphrase and authenticator code for what waits; the job asks the real signer."""
    play.time.work(play.minutes(step, longer), play.hours)
    _until_fresh_code(play)
    account, by = play.people.staff[step.actor], play.actor(step.actor)
    play.signer.need()
    seed = play.seed(step.actor)
    waiting = queries.waiting_for_signature(play.office, by)
    batch = actions.start_signing(
        office=play.office,
        account=account,
        by=by,
        document_ids=[document.pk for document in waiting],
        passphrase=PASSPHRASE,
        totp=pyotp.TOTP(seed).at(play.time.now),
        key=uuid.uuid4(),
    )
    play.do_jobs()
    failed = batch.items.exclude(result=BatchItem.Result.SIGNED).first()
    if failed is not None:
        raise NotSigned(f"Dokumen tidak dapat ditandatangani. {failed.message}".strip())


def _until_fresh_code(play: Play) -> None:
    """A code of the authenticator works once: the next one comes half a minute later."""
    if int(play.time.now.timestamp()) // TOTP_SECONDS <= play.last_code:
        play.time.pass_(seconds=TOTP_SECONDS)
    play.last_code = int(play.time.now.timestamp()) // TOTP_SECONDS


# By the source of the documents and the kind of signature; what is signed with a pen is so everywhere.
SIGNATURES: dict[tuple[str, str], Drive] = {
    ("own", "electronic"): _electronic,
    ("siak", "electronic"): _elsewhere,
    ("own", "wet"): _official,
    ("siak", "wet"): _official,
}


def _sign(play: Play, step: Step, longer: Deviation | None) -> None:
    """A case of cards alone has nothing that Loket signs: the head confirms it."""
    of_files = any(product.medium == "pdf" for product in play.plan.variant.products)
    way = (play.plan.variant.source, step.signature or "electronic")
    how = SIGNATURES[way] if of_files else _official
    how(play, step, longer)


def _print(play: Play, step: Step, longer: Deviation | None) -> None:
    """The print room makes the cards on a blanko each, then the official confirms."""
    play.make_cards()
    _official(play, step, longer)


def _send(play: Play, step: Step, longer: Deviation | None) -> None:
    """Loket does it by itself within the step before, or an official does."""
    if not step.automatic:
        _official(play, step, longer)


# Every other kind is an official's word.
SPECIAL: dict[str, Drive] = {
    "apply": _apply,
    "enter_data": _enter,
    "sign": _sign,
    "print": _print,
    "send": _send,
}
KINDS: dict[str, Drive] = {kind: SPECIAL.get(kind, _official) for kind in get_args(StepKind)}
