"""Codes read aloud: every single mistake and every swap of neighbours is found."""

import re

import pytest

from loket.core.codes import ALPHABET, check_sign, new_document_id, new_tracking_code, parse_tracking_code


def grouped(signs: str) -> str:
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


CODES = [
    grouped(body + check_sign(body)) for body in ("7Q2M4XD9RTB3HWP", "000000000000000", "ZYXWVTSRQPNMKJH")
]


def test_the_alphabet_has_no_sign_that_is_misread() -> None:
    assert len(set(ALPHABET)) == 31
    assert set("1ILOU") & set(ALPHABET) == set()


def test_new_codes_have_their_shape_and_are_read_back() -> None:
    codes = {new_tracking_code() for _ in range(200)}
    assert len(codes) == 200
    assert {parse_tracking_code(code) for code in codes} == codes
    shape = re.compile(rf"(?:[{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}")
    assert [code for code in codes if not shape.fullmatch(code)] == []


def test_codes_that_were_given_out_stay_valid() -> None:
    """Written out: a change of the check sign would turn away everybody who holds a code."""
    given_out = ["7Q2M-4XD9-RTB3-HWPV", "ZYXW-VTSR-QPNM-KJHW"]
    assert [parse_tracking_code(code) for code in given_out] == given_out


@pytest.mark.parametrize("code", CODES)
def test_every_single_wrong_sign_is_found(code: str) -> None:
    signs = code.replace("-", "")
    wrong = [
        signs[:place] + other + signs[place + 1 :]
        for place in range(len(signs))
        for other in ALPHABET
        if other != signs[place]
    ]
    assert len(wrong) == 16 * 30
    assert [text for text in wrong if parse_tracking_code(text) is not None] == []


@pytest.mark.parametrize("place", range(15))
def test_every_swap_of_neighbours_is_found(place: int) -> None:
    body = "2" * 15
    for one in ALPHABET:
        for other in ALPHABET.replace(one, ""):
            # Any two different signs side by side; at the last place the second one is the check sign.
            start = (body[:place] + one + other + body)[:15]
            signs = start + check_sign(start)
            swapped = signs[:place] + signs[place + 1] + signs[place] + signs[place + 2 :]
            assert swapped == signs or parse_tracking_code(swapped) is None


@pytest.mark.parametrize("code", CODES)
def test_every_missing_or_doubled_sign_is_found(code: str) -> None:
    signs = code.replace("-", "")
    missing = [signs[:place] + signs[place + 1 :] for place in range(16)]
    doubled = [signs[:place] + signs[place] + signs[place:] for place in range(16)]
    assert [text for text in missing + doubled if parse_tracking_code(text) is not None] == []


@pytest.mark.parametrize(
    "change", [str.lower, str.strip, lambda code: f"  {code}\n", lambda code: "\t" + code]
)
def test_case_and_space_do_not_matter(change) -> None:
    assert parse_tracking_code(change(CODES[0])) == CODES[0]


def test_dashes_and_spaces_may_stand_anywhere() -> None:
    signs = CODES[0].replace("-", "")
    assert parse_tracking_code(" ".join(signs)) == CODES[0]
    assert parse_tracking_code("-".join(signs)) == CODES[0]
    assert parse_tracking_code(signs) == CODES[0]


def test_o_is_read_as_zero_and_u_as_v() -> None:
    body = "0V0V0V0V0V0V0V0"
    signs = body + check_sign(body)
    assert parse_tracking_code(signs.replace("0", "O").replace("V", "u")) == grouped(signs)


@pytest.mark.parametrize(
    "text", ["", "-", "0000", "0" * 17, "1" * 16, "0" * 15 + "I", "0" * 15 + "é", "😀" * 16]
)
def test_what_cannot_be_a_code(text: str) -> None:
    assert parse_tracking_code(text) is None


def test_document_ids_are_long_and_never_the_same() -> None:
    ids = {new_document_id() for _ in range(500)}
    assert len(ids) == 500
    assert {len(each) for each in ids} == {26}
    assert set("".join(ids)) <= set(ALPHABET)
