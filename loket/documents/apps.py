from django.apps import AppConfig
from django.conf import settings

from loket.core import filekeys


class DocumentsConfig(AppConfig):
    name = "loket.documents"
    label = "documents"

    def ready(self) -> None:
        """Everything that stores files finds its keys where the settings say."""
        filekeys.locate(lambda: settings.FILE_KEYS_DIR)
