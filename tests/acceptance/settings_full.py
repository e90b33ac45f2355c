"""The product's settings, but a checkpoint every 1,000 pages, so that the cuts meet several."""

from strandline.config.settings import *

DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA wal_autocheckpoint=1000"
