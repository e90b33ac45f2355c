"""The WSGI entry that the web server loads."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strandline.config.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()
# The pages are loaded with the server, so that nobody's first request has to wait for all of them.
get_resolver().url_patterns  # noqa: B018 -- asked for what asking does
