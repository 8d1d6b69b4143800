"""Addresses of the public door."""

from django.urls import path

from loket.web.public.views import account, apply, pages, papers, verify

app_name = "public"
urlpatterns = [
    path("", pages.home, name="home"),
    path("kantor/<slug:office>/", pages.office, name="office"),
    path("kantor/<slug:office>/layanan/<slug:service>/", pages.service, name="service"),
    path(
        "kantor/<slug:office>/layanan/<slug:service>/standar.pdf",
        pages.printed,
        {"form": "pdf"},
        name="standard_pdf",
    ),
    path(
        "kantor/<slug:office>/layanan/<slug:service>/sop.pdf", pages.printed, {"form": "sop"}, name="sop_pdf"
    ),
    path("kantor/<slug:office>/layanan/<slug:service>/<slug:variant>/mulai/", apply.start, name="start"),
    path("masuk/", account.sign_in, name="sign_in"),
    path("masuk/kode/", account.enter_code, name="enter_code"),
    path("keluar/", account.sign_out, name="sign_out"),
    path("riwayat/", account.history, name="history"),
    path("permohonan/<uuid:case_id>/", apply.overview, name="case"),
    path("permohonan/<uuid:case_id>/isi/<slug:part>/", apply.fill, name="fill"),
    path("permohonan/<uuid:case_id>/berkas/<slug:requirement>/", papers.upload, name="upload"),
    path("permohonan/<uuid:case_id>/periksa/", apply.check, name="check"),
    path("permohonan/<uuid:case_id>/batal/", apply.cancel, name="cancel"),
    path("berkas/<int:attachment_id>/", papers.show, name="attachment"),
    path("berkas/<int:attachment_id>/hapus/", papers.remove, name="remove_attachment"),
    path("dokumen/<str:document_id>.pdf", papers.document, name="document"),
    path("lacak/", pages.track, name="track"),
    path("v/", verify.verify, name="verify"),
    path("v/ca.pem", verify.authority, name="authority"),
    path("v/<str:document_id>/", verify.by_id, name="verify_id"),
    path("v/<str:document_id>", verify.by_id),
]
