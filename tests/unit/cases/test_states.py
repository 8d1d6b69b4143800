"""Every action, in every state, by everybody: against the table written out here."""

from itertools import product

import pytest

from loket.cases.rules.states import FINAL, STATE_NAMES, Situation, allowed, possible
from loket.core.actors import SYSTEM, Actor

OFFICE, APPLICANT, ROLE = "9911", "account:1", "petugas"
STATES = "draft open returned done rejected cancelled expired".split()
TABLE = """
           draft  open      returned  done  rejected  cancelled  expired
save       owner  -         owner     -     -         -          -
submit     owner  -         -         -     -         -          -
repair     -      -         owner     -     -         -          -
cancel     owner  owner     owner     -     -         -          -
complete   -      official  -         -     -         -          -
return     -      official  -         -     -         -          -
reject     -      official  -         -     -         -          -
expire     -      -         system    -     -         -          -
stop       -      official  -         -     -         -          -
"""
EXPECTED = {
    (line.split()[0], state): who
    for line in TABLE.strip().splitlines()[1:]
    for state, who in zip(STATES, line.split()[1:], strict=True)
}
# How a case may end before anything has come of it.
ENDINGS = {
    ("reject", "open"),
    ("expire", "returned"),
    ("cancel", "draft"),
    ("cancel", "open"),
    ("cancel", "returned"),
}
ACTIONS = [line.split()[0] for line in TABLE.strip().splitlines()[1:]]


def staff(role: str, office: str = OFFICE, rights: tuple[str, ...] = ()) -> Actor:
    roles = frozenset({role} if role else ())
    return Actor("staff", "account:2", "P", office=office, roles=roles, rights=frozenset(rights))


ACTORS = {
    "owner": Actor("citizen", APPLICANT, "A"),
    "official": staff(ROLE),
    "system": SYSTEM,
    "another citizen": Actor("citizen", "account:9", "B"),
    "a colleague with another role": staff("kepala"),
    "a colleague without a role": staff(""),
    "a colleague with every right": staff("kepala", rights=("sign", "signatures", "register")),
    "the same role at another office": staff(ROLE, office="9912"),
    "staff with the applicant's number": Actor("staff", APPLICANT, "A", office=OFFICE),
    "a citizen with the role": Actor("citizen", "account:9", "B", office=OFFICE, roles=frozenset({ROLE})),
    "the system under the applicant's number": Actor("system", APPLICANT, "A"),
}
# The last of them is the system still: what it may do follows from its kind.
SAME_AS = {"the system under the applicant's number": "system"}


def situation(state: str, **more) -> Situation:
    given = {"step_kind": "verify", "step_actor": ROLE, "returns_to": ("mohon",), "can_reject": True} | more
    return Situation(state=state, office=OFFICE, applicant_ref=APPLICANT, **given)


def test_the_table_names_every_state_once() -> None:
    assert list(STATE_NAMES) == STATES
    assert set(STATES) - FINAL == {"draft", "open", "returned"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", ACTORS)
def test_what_somebody_may_do(state: str, who: str) -> None:
    expected = {action for action in ACTIONS if EXPECTED[action, state] == SAME_AS.get(who, who)}
    assert possible(situation(state), ACTORS[who]) == expected


@pytest.mark.parametrize(("action", "state", "who"), list(product(ACTIONS, STATES, ACTORS)))
def test_the_server_refuses_by_the_same_table(action: str, state: str, who: str) -> None:
    expected = EXPECTED[action, state] == SAME_AS.get(who, who)
    assert allowed(action, situation(state), ACTORS[who]) is expected


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"returns_to": ()}, {("return", "open")}),
        ({"can_reject": False}, {("reject", "open")}),
        *(({what: True}, ENDINGS) for what in ("recorded", "signed")),
        ({"step_actor": "kepala"}, {(action, "open") for action in ("complete", "return", "reject", "stop")}),
        ({"step_actor": ""}, {(action, "open") for action in ("complete", "return", "reject", "stop")}),
    ],
)
def test_what_else_must_hold(change: dict, lost: set[tuple[str, str]]) -> None:
    """Against the same situation as above with one thing changed: exactly these are no longer possible."""
    found = {
        (action, state)
        for action, state in EXPECTED
        if (who := EXPECTED[action, state]) != "-"
        and not allowed(action, situation(state, **change), ACTORS[who])
    }
    assert found == lost


def test_an_official_with_several_roles_works_on_the_steps_of_each() -> None:
    both = Actor("staff", "account:2", "P", office=OFFICE, roles=frozenset({ROLE, "kepala"}))
    for role in (ROLE, "kepala"):
        assert possible(situation("open", step_actor=role), both) == {"complete", "return", "reject", "stop"}
    assert possible(situation("open", step_actor="lain"), both) == frozenset()
