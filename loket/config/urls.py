"""All addresses. Each belongs to one door."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("petugas/", include("loket.web.staff.urls")),
    path("", include("loket.web.public.urls")),
]
if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("loket.web.demo_urls")))

handler404 = "loket.web.errors.not_found"
handler500 = "loket.web.errors.server_error"
handler400 = "loket.web.errors.bad_request"
handler403 = "loket.web.errors.forbidden"
