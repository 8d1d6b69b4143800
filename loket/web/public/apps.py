from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "loket.web.public"
    label = "web_public"
