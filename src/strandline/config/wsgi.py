"""The WSGI entry that the web server loads."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strandline.config.settings")

from django.core.wsgi import get_wsgi_application

from strandline.config.logs import set_up

set_up(os.environ.get("STRANDLINE_LOG", "INFO"))
application = get_wsgi_application()
