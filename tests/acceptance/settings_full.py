"""The product's settings, but a checkpoint every 60 pages, so that the cuts meet many of them."""

from strandline.config.settings import *

DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA wal_autocheckpoint=60"
