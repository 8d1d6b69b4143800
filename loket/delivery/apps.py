from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "loket.delivery"
    label = "delivery"
