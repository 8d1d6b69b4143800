"""Small secrets at rest, and hashes that only one instance can compute."""

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from loket.core.secretbox import keyed_hash, seal, unseal

SECRET, PURPOSE = "rahasia instalasi", "totp"
TEXT = "JBSWY3DPEHPK3PXP"


def sealed(text: str = TEXT) -> str:
    return seal(text, secret=SECRET, purpose=PURPOSE)


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    assert unseal(sealed(text), secret=SECRET, purpose=PURPOSE) == text


def test_the_sealed_text_tells_nothing() -> None:
    first, second = sealed(), sealed()
    assert TEXT not in first
    assert first != second  # equal secrets cannot be recognised as equal


@pytest.mark.parametrize(("secret", "purpose"), [("lain", PURPOSE), (SECRET, "lain"), ("", "")])
def test_another_key_or_purpose_opens_nothing(secret: str, purpose: str) -> None:
    with pytest.raises(InvalidToken):
        unseal(sealed(), secret=secret, purpose=purpose)


def test_every_changed_character_is_found() -> None:
    box = sealed().rstrip("=")
    for place in range(len(box) - 1):  # of the last one some bits count for nothing in base64
        changed = box[:place] + ("A" if box[place] != "A" else "B") + box[place + 1 :]
        padded = changed + "=" * (-len(changed) % 4)
        with pytest.raises(InvalidToken):
            unseal(padded, secret=SECRET, purpose=PURPOSE)


def test_a_keyed_hash_depends_on_text_secret_and_purpose() -> None:
    first = keyed_hash("a", secret=SECRET, purpose=PURPOSE)
    assert first == keyed_hash("a", secret=SECRET, purpose=PURPOSE)
    others = [
        keyed_hash("b", secret=SECRET, purpose=PURPOSE),
        keyed_hash("a", secret="lain", purpose=PURPOSE),
        keyed_hash("a", secret=SECRET, purpose="lain"),
    ]
    assert len({first, *others}) == 4
    assert [len(each) for each in (first, *others)] == [64] * 4
