from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "loket.web.staff"
    label = "web_staff"
