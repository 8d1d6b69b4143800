"""Attaching pictures of papers to a case: the same work behind the applicant's page and the official's."""

import uuid

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from loket.cases import actions
from loket.core.errors import LoketError
from loket.web.guards import actor

UNPROCESSABLE, TOO_LARGE = 422, 413


def read_upload(upload: UploadedFile) -> bytes:
    """The bytes of an upload. Raises FileTooLarge, TooMuchAtOnce."""
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise actions.too_large()
    return upload.read()


def attach_files(request: HttpRequest, case_id: uuid.UUID, requirement: str) -> tuple[list[str], int]:
    """Attach every chosen file; the sentences about those refused, and the status that says it shortest."""
    files = request.FILES.getlist("files")
    if not files:
        return ["Pilih berkas terlebih dahulu."], UNPROCESSABLE
    refused, status = [], UNPROCESSABLE
    for number, upload in enumerate(files, start=1):
        try:
            content = read_upload(upload)
            actions.attach(case_id=case_id, requirement=requirement, content=content, by=actor(request))
        except LoketError as error:
            refused.append(f"Berkas ke-{number}: {error.message}" if len(files) > 1 else error.message)
            status = TOO_LARGE if error.status == TOO_LARGE else status
    return refused, status
