"""Addresses of the staff door."""

from django.urls import path

from loket.web.staff.views import account, cases, clock, counter, office, paper, people, printroom, signing

app_name = "staff"
urlpatterns = [
    path("", cases.inbox, name="inbox"),
    path("masuk/", account.sign_in, name="sign_in"),
    path("keluar/", account.sign_out, name="sign_out"),
    path("kata-sandi/", account.set_password, name="set_password"),
    path("akun/", account.own, name="own_account"),
    path("akun/autentikator/", account.authenticator, name="authenticator"),
    path("pegawai/", people.everybody, name="people"),
    path("pegawai/baru/", people.hire, name="hire"),
    path("pegawai/<int:account_id>/", people.person, name="person"),
    path("pegawai/permintaan/<int:change_id>/", people.change, name="staff_change"),
    path("permohonan/", cases.search, name="search"),
    path("permohonan/<uuid:case_id>/", cases.show, name="case"),
    path("permohonan/<uuid:case_id>/lengkap/", cases.show_whole, name="case_whole"),
    path("permohonan/<uuid:case_id>/selesai/", cases.complete, name="complete"),
    path("permohonan/<uuid:case_id>/kembalikan/", cases.send_back, name="return"),
    path("permohonan/<uuid:case_id>/tolak/", cases.reject, name="reject"),
    path("berkas/<int:attachment_id>/", cases.attachment, name="attachment"),
    path("dokumen/<str:document_id>.pdf", cases.document, name="document"),
    path("permohonan/<uuid:case_id>/resi.pdf", counter.receipt, name="receipt"),
    path("loket/", counter.desk, name="counter"),
    path("loket/baru/<slug:service>/<slug:variant>/", counter.start, name="start"),
    path("loket/kertas/", paper.kit, name="paper_kit"),
    path("loket/kertas/<int:pack_id>/resi.pdf", paper.receipts, name="paper_receipts"),
    path("loket/kertas/formulir.pdf", paper.forms, name="paper_forms"),
    path("loket/<uuid:case_id>/", counter.intake, name="intake"),
    path("loket/<uuid:case_id>/isi/<slug:part>/", counter.fill, name="intake_fill"),
    path("loket/<uuid:case_id>/pemohon/", counter.contact, name="contact"),
    path("loket/<uuid:case_id>/kertas/", paper.entry, name="paper_entry"),
    path("loket/<uuid:case_id>/berkas/", counter.papers, name="papers"),
    path("loket/<uuid:case_id>/batal/", counter.cancel, name="intake_cancel"),
    path("berkas-asli/", counter.originals, name="originals"),
    path("buku-registrasi/", counter.book, name="book"),
    path("tanda-tangan/", signing.waiting, name="sign"),
    path("tanda-tangan/diragukan/", signing.doubtful, name="doubt"),
    path("tanda-tangan/diragukan/<int:intent_id>/", signing.settle, name="settle"),
    path("tanda-tangan/<uuid:batch_id>/", signing.batch, name="batch"),
    path("ruang-cetak/", printroom.queue, name="print_room"),
    path("ruang-cetak/<int:ticket_id>/tiket.pdf", printroom.ticket, name="ticket"),
    path("ruang-cetak/<int:ticket_id>/", printroom.work, name="ticket_work"),
    path("hari-libur/", office.holidays, name="holidays"),
    path("hari-libur/<int:holiday_id>/hapus/", office.remove_holiday, name="remove_holiday"),
    path("hari-libur/<str:day>/buka/", office.work_on_holiday, name="work_on_holiday"),
    path("hari-libur/jam-khusus/", clock.special_hours, name="special_hours"),
    path(
        "hari-libur/jam-khusus/<int:special_id>/hapus/", clock.drop_special_hours, name="drop_special_hours"
    ),
    path("waktu-berhenti/", clock.stops, name="stops"),
    path("waktu-berhenti/<int:stop_id>/", clock.decide, name="decide_stop"),
    path("permohonan/<uuid:case_id>/waktu-berhenti/", clock.ask, name="ask_stop"),
    path("register/", office.register, name="register"),
]
