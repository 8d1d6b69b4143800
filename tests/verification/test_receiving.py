"""Bodies of requests: what is kept, what is let go by, what is not even read."""

from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from loket.cases.models import Attachment
from tests.integration.cases.world import World, photo
from tests.verification.corpus.door import Endless, body, send

MIB = 1024 * 1024


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.people["siti"])
    return client


@pytest.fixture
def page(world: World) -> str:
    return f"/permohonan/{world.draft().pk}/berkas/foto_benih/"


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def test_good_files_are_kept_beside_one_that_is_too_large(client: Client, page: str) -> None:
    data = body(photo(9))[: -len(b"------perbatasan--\r\n")] + body(photo() + bytes(11 * MIB))
    response = send(client, page, data)
    assert response.status_code == 413
    assert "Berkas ke-2: Berkas lebih besar dari 5 MB." in text(response)
    assert [paper.size for paper in Attachment.objects.all()] == [len(photo(9))]
    assert 'name="files"' in text(response)  # the form is there again


def test_more_than_is_kept_in_memory(client: Client, page: str, settings: Any) -> None:
    settings.RECEIVED_BYTES = 2 * MIB
    response = send(client, page, body(photo() + bytes(MIB), times=3))
    assert response.status_code == 413
    assert "Berkas ke-2: Terlalu banyak berkas sekaligus." in text(response)
    assert Attachment.objects.count() == 1


def test_too_many_files(client: Client, page: str) -> None:
    response = send(client, page, body(photo(), times=21))
    assert (response.status_code, Attachment.objects.count()) == (413, 0)
    assert "Terlalu banyak berkas sekaligus. Unggah sebagian dulu, lalu sisanya." in text(response)
    assert page.partition("berkas")[0] in text(response)  # the way back


@pytest.mark.parametrize(
    ("path", "megabytes"), [("", 64), ("/v/", 64), ("/masuk/", 2), ("/tidak-ada/", 2), ("/petugas/masuk/", 2)]
)
def test_what_is_too_large_is_not_read(client: Client, page: str, path: str, megabytes: int) -> None:
    stream = Endless()
    response = send(client, path or page, stream, megabytes * MIB + 1)
    assert (response.status_code, stream.taken) == (413, 0)
    assert f"Kiriman lebih besar dari {megabytes} MB." in text(response)


@pytest.mark.parametrize("length", ["-1", "1e9", "abc", "0x10"])
def test_a_length_that_is_none(client: Client, page: str, length: str) -> None:
    assert send(client, page, Endless(), length).status_code == 413  # type: ignore[arg-type]  # not a number, on purpose


@pytest.mark.parametrize("data", [b"", b"x", b"------perbatasan\r\n", b"\0" * 100])
def test_bodies_that_are_no_form(client: Client, page: str, data: bytes) -> None:
    assert send(client, page, data).status_code == 422
    assert client.generic("POST", page, data or b"x", "multipart/form-data").status_code == 400
