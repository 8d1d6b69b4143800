"""Pages of a demo installation, mounted only there: the accounts and the mailbox."""

from django.urls import path

from loket.web.demo import accounts, mail, mailbox, people

urlpatterns = [
    path("", accounts, name="demo"),
    path("penduduk/", people, name="demo_people"),
    path("kotak-surat/", mailbox, name="mailbox"),
    path("kotak-surat/<str:name>/", mail, name="mail"),
]
