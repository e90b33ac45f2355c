"""Our own settings, with Django's admin beside them: the baseline of the pages."""

from strandline.config.settings import *  # noqa: F403
from strandline.config.settings import INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
TEMPLATES = [*TEMPLATES]
# The admin's own check wants its templates found by a setting that our loaders replace; they are found all the same.
SILENCED_SYSTEM_CHECKS = ["admin.E403", "admin.E404", "admin.E408", "admin.E409", "admin.E410"]
