"""The WSGI application that Granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from loket.config.parenthood import die_with_parent_if_supervised

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.config.settings")
die_with_parent_if_supervised()
application = get_wsgi_application()
