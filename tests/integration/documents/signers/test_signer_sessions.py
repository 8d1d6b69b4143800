"""Sessions and wrong passphrases, with clocks that the test moves."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from loket.core.errors import LoketError
from loket.documents.signers import local, wire
from loket.documents.signers.base import (
    CertificateNotValid,
    NoSignerKey,
    SignerBlocked,
    SignerLocked,
    SigningRefused,
    WrongPassphrase,
)
from loket.documents.signers.validate import check_signed

PASSPHRASE = "kata sandi TTE yang panjang"
SESSION = "sesi-yang-tidak-dapat-ditebak"


def test_unlock_sign_lock(client, keys_dir, sign, pdf):
    with pytest.raises(SignerLocked):
        sign(client)
    client.unlock("kadis", SESSION, PASSPHRASE)
    facts = check_signed(sign(client), trust_roots=[local.ca_certificate(keys_dir)], expected_unsigned=pdf)
    assert facts.common_name == "kadis"
    assert facts.certificate_sha256 == client.status("kadis").certificate_sha256
    client.lock(SESSION)
    with pytest.raises(SignerLocked):
        sign(client)
    client.lock("sesi yang tidak pernah ada")


def test_a_session_is_of_one_signer_and_one_session(client, sign):
    client.unlock("kadis", SESSION, PASSPHRASE)
    with pytest.raises(SignerLocked):
        sign(client, "kabid")
    with pytest.raises(SignerLocked):
        sign(client, "kadis", SESSION + "-lain")
    client.unlock("kadis", SESSION + "-lain", PASSPHRASE)
    client.lock(SESSION)
    assert sign(client, "kadis", SESSION + "-lain")


def test_a_session_ends_15_minutes_after_unlocking_however_much_it_is_used(client, clocks, sign):
    client.unlock("kadis", SESSION, PASSPHRASE)
    for _ in range(3):
        clocks.pass_minutes(4.99)
        assert sign(client)
    clocks.pass_minutes(0.04)
    with pytest.raises(SignerLocked):
        sign(client)
    client.unlock("kadis", SESSION, PASSPHRASE)
    assert sign(client)


def test_setting_back_the_machines_clock_lengthens_nothing(client, clocks, sign):
    client.unlock("kadis", SESSION, PASSPHRASE)
    clocks.pass_minutes(15)
    clocks.now -= timedelta(minutes=5)
    with pytest.raises(SignerLocked):
        sign(client)


def test_a_session_name_that_could_be_guessed_is_refused(client):
    with pytest.raises(SigningRefused, match="dapat ditebak"):
        client.unlock("kadis", "kadis", PASSPHRASE)


def test_the_way_letters_are_composed_does_not_matter(client, keys_dir):
    secret = b"instance secret of the tests, 32 bytes or more"
    local.create_signer_key(
        keys_dir, secret, "aksen", "A", "Dinas", "kata sandi re\u0301sume\u0301", replace=True
    )
    client.unlock("aksen", SESSION, "kata sandi r\u00e9sum\u00e9")


def test_wrong_passphrase(client, sign):
    with pytest.raises(WrongPassphrase, match="tidak benar"):
        client.unlock("kadis", SESSION, "kata sandi TTE yang salah")
    with pytest.raises(SignerLocked):
        sign(client)


def test_a_wrong_passphrase_leaves_an_open_session_open(client, sign):
    client.unlock("kadis", SESSION, PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        client.unlock("kadis", SESSION, "kata sandi TTE yang salah")
    assert sign(client)


def outcome(client, passphrase: str) -> str:
    try:
        client.unlock("kadis", SESSION, passphrase)
    except LoketError as error:
        return type(error).__name__
    return "opened"


def test_of_50_parallel_wrong_tries_5_reach_the_key(client, clocks, sign):
    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(lambda number: outcome(client, f"tebakan nomor {number:04}"), range(50)))
    assert Counter(outcomes) == {"WrongPassphrase": 5, "SignerBlocked": 45}
    with pytest.raises(SignerBlocked, match="15 menit"):
        client.unlock("kadis", SESSION, PASSPHRASE)
    client.unlock("kabid", SESSION, PASSPHRASE)  # nobody else is blocked
    clocks.pass_minutes(14.9)
    assert outcome(client, PASSPHRASE) == "SignerBlocked"
    clocks.pass_minutes(0.2)
    assert outcome(client, PASSPHRASE) == "opened"
    assert sign(client)


def test_the_right_passphrase_clears_the_count(client):
    for _ in range(2):
        assert [outcome(client, "kata sandi yang salah") for _ in range(4)] == ["WrongPassphrase"] * 4
        assert outcome(client, PASSPHRASE) == "opened"


def test_an_unknown_signer(client, sign):
    for signer_id in ("tidak-ada", "../ca", ""):
        with pytest.raises(NoSignerKey):
            client.unlock(signer_id, SESSION, PASSPHRASE)
        status = client.status(signer_id)
        assert not status.ok
        assert "belum memiliki sertifikat" in status.reason


def test_an_expired_certificate_signs_nothing(client, clocks, sign):
    client.unlock("kadis", SESSION, PASSPHRASE)
    assert client.status("kadis").ok
    clocks.now += timedelta(days=731)
    with pytest.raises(CertificateNotValid):
        sign(client)
    with pytest.raises(CertificateNotValid):
        client.unlock("kadis", SESSION, PASSPHRASE)
    status = client.status("kadis")
    assert not status.ok
    assert "tidak lagi berlaku" in status.reason
    assert status.valid_until < clocks.now


@pytest.mark.parametrize("content", [b"", b"bukan PDF", b"%PDF-1.7\n%%EOF"])
def test_what_is_not_a_pdf_is_refused_and_surely_not_signed(client, sign, content):
    client.unlock("kadis", SESSION, PASSPHRASE)
    with pytest.raises(SigningRefused):
        sign(client, pdf=content)
    assert sign(client)


def test_a_file_that_is_signed_already_is_refused(client, sign):
    client.unlock("kadis", SESSION, PASSPHRASE)
    with pytest.raises(SigningRefused):
        sign(client, pdf=sign(client))


def test_a_file_that_is_too_large_is_not_even_sent(client, sign):
    with pytest.raises(SigningRefused, match="terlalu besar"):
        sign(client, pdf=bytes(wire.LARGEST_BODY + 1))
