from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "loket.register"
    label = "register"
