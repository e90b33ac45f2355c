"""Loaded before anything else: a home of its own with a key made by the tests, before settings are read."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("STRANDLINE_TEST", "1")
os.environ.setdefault("STRANDLINE_TEST_FAST_PASSWORDS", "1")
os.environ.setdefault("STRANDLINE_HOSTS", "testserver,localhost,127.0.0.1")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the test

if "STRANDLINE_TEST_HOME" not in os.environ:
    home = Path(tempfile.mkdtemp(prefix="strandline-home-"))
    os.environ["STRANDLINE_TEST_HOME"] = str(home)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ["STRANDLINE_HOME"] = os.environ["STRANDLINE_TEST_HOME"]

from strandline.store import key

if not key.path_in(Path(os.environ["STRANDLINE_HOME"])).exists():
    key.make_keyfile(Path(os.environ["STRANDLINE_HOME"]), made_by=key.MadeBy.TEST)

# `make test-postgres`: the same tests on a server of their own instead of the encrypted file.
if os.environ.get("STRANDLINE_TEST_POSTGRES"):
    from tests import postgres

    os.environ["STRANDLINE_DATABASE_URL"] = postgres.shared().url()
