"""Known to be bad: synchronous=NORMAL, which loses what was answered last."""

from strandline.config.settings import *

DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=1000"
