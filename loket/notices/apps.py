from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "loket.notices"
    label = "notices"
