"""Django's own test machinery on the encrypted backend: create, migrate, clone, flush, destroy."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SETTINGS = """
    import os
    SECRET_KEY = "only for this test"
    USE_TZ = True
    INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"]
    DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
    DATABASES = {
        "default": {
            "ENGINE": "strandline.store.sqlcipher",
            "NAME": os.path.join(os.environ["PLACE"], "real", "x.db"),
            "OPTIONS": {"key": lambda: bytes(range(32))},
            "TEST": {"NAME": os.environ.get("TEST_NAME")},
        }
    }
"""

TESTS = """
    import threading
    from pathlib import Path

    import pytest
    from django.contrib.auth.models import Group, User
    from django.contrib.sessions.models import Session
    from django.db import IntegrityError, connection, models, transaction
    from django.db.models import Avg, F
    from django.db.models.functions import Lower

    PLACE = Path(__file__).parent

    @pytest.mark.django_db
    def test_database_is_an_encrypted_file(request):
        name = Path(connection.settings_dict["NAME"])
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert name.read_bytes()[:15] != b"SQLite format 3"
        assert name.parent.stat().st_mode & 0o777 == 0o700
        with (PLACE / "names").open("a") as out:
            out.write(f"{name}\\n")

    @pytest.mark.django_db
    @pytest.mark.parametrize("n", range(4))
    def test_rollback_between_tests(n):
        assert User.objects.count() == 0
        User.objects.create(username="amina")

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("n", range(3))
    def test_flush_between_transaction_tests(n):
        assert User.objects.count() == 0
        seen = []
        with transaction.atomic(durable=True):
            User.objects.create(username="amina")
        thread = threading.Thread(target=lambda: (seen.append(User.objects.count()), connection.close()))
        thread.start(); thread.join()
        assert seen == [1]

    @pytest.mark.django_db
    def test_orm():
        Group.objects.bulk_create(Group(name=f"Ä{i}") for i in range(5000))
        assert Group.objects.filter(id__in=range(10 ** 9)[:3000]).count() <= 5000
        assert Group.objects.annotate(x=Lower("name")).filter(name__regex="^Ä1.$").count() == 10
        assert Group.objects.aggregate(x=Avg(F("id") * 0 + 2)) == {"x": 2.0}
        with pytest.raises(IntegrityError), transaction.atomic():
            Group.objects.create(name="Ä1")
        assert Group.objects.count() == 5000

    @pytest.mark.django_db(transaction=True)
    def test_schema_editor_remakes_tables_and_checks_keys():
        old = Session._meta.get_field("session_data")
        new = models.CharField(max_length=300, default="Ö")
        new.set_attributes_from_name("session_data")
        with connection.schema_editor() as editor:
            editor.alter_field(Session, old, new)
        with connection.schema_editor() as editor:
            editor.alter_field(Session, new, old)
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert "django_session" in connection.introspection.table_names()
"""


def run_pytest(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "settings_here.py").write_text(textwrap.dedent(SETTINGS))
    (tmp_path / "test_here.py").write_text(textwrap.dedent(TESTS))
    (tmp_path / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE=settings_here\npythonpath=.\n")
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("PYTEST_", "COV_", "DJANGO_SETTINGS", "STRANDLINE_"))
    }
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-W",
            "error",
            "-q",
            "test_here.py",
            *arguments,
        ],
        cwd=tmp_path,
        env={
            **kept,
            "PLACE": str(tmp_path),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "TMPDIR": str(tmp_path),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_test_database_is_made_flushed_and_removed(tmp_path):
    (tmp_path / "tests").mkdir(mode=0o700)
    name = tmp_path / "tests" / "test.db"

    done = run_pytest(tmp_path, TEST_NAME=str(name))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 passed" in done.stdout
    assert (tmp_path / "names").read_text().splitlines() == [str(name)]
    assert list(name.parent.iterdir()) == []
    assert not (tmp_path / "real").exists()


def test_without_a_name_the_test_database_lies_in_the_temporary_directory(tmp_path):
    done = run_pytest(tmp_path, "-k", "encrypted or orm")

    assert done.returncode == 0, done.stdout + done.stderr
    name = Path((tmp_path / "names").read_text().strip())
    assert name.parent.parent == tmp_path
    assert name.parent.name.startswith(f"strandline-test-{os.getuid()}-")
    assert not name.parent.exists()


def test_workers_of_xdist_have_a_database_each(tmp_path):
    name = tmp_path / "tests" / "test.db"

    done = run_pytest(tmp_path, "-n", "2", "--dist", "each", "-k", "encrypted or flush", TEST_NAME=str(name))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout
    assert sorted((tmp_path / "names").read_text().splitlines()) == [f"{name}_gw0", f"{name}_gw1"]
    assert list(name.parent.iterdir()) == []


def test_a_kept_database_is_used_again(tmp_path):
    name = tmp_path / "tests" / "test.db"
    arguments = ("--reuse-db", "-k", "encrypted")

    first = run_pytest(tmp_path, *arguments, TEST_NAME=str(name))
    inode = name.stat().st_ino
    second = run_pytest(tmp_path, *arguments, TEST_NAME=str(name))

    assert (first.returncode, second.returncode) == (0, 0), second.stdout + second.stderr
    assert name.stat().st_ino == inode


CLONE = """
    import django
    django.setup()
    from pathlib import Path
    from django.db import connection
    from django.contrib.auth.models import Group
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    Group.objects.create(name="in the log only")
    connection.creation.clone_test_db(suffix="1", verbosity=0)
    original = connection.settings_dict["NAME"]
    connection.creation.setup_worker_connection(1)
    print(Path(connection.settings_dict["NAME"]).name, list(Group.objects.values_list("name", flat=True)))
    connection.close()
    connection.creation._destroy_test_db(connection.settings_dict["NAME"], 0)
    connection.creation._destroy_test_db(original, 0)
"""


def test_a_clone_holds_what_was_only_in_the_log(tmp_path):
    run_pytest(tmp_path, "--collect-only", TEST_NAME="unused")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(CLONE)],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PLACE": str(tmp_path),
            "TEST_NAME": str(tmp_path / "tests" / "test.db"),
            "DJANGO_SETTINGS_MODULE": "settings_here",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(tmp_path), *sys.path])),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert (done.stdout, done.stderr) == ("test_1.db ['in the log only']\n", "")
    assert list((tmp_path / "tests").iterdir()) == []


@pytest.mark.parametrize("given", ["yes", "no"])
def test_an_old_test_database_is_deleted_only_when_told(tmp_path, monkeypatch, connect, given):
    wrapper = connect(tmp_path / "home" / "x.db")
    old = tmp_path / "home" / "old.db"
    old.parent.mkdir(mode=0o700)
    old.write_bytes(b"old")
    wrapper.settings_dict["TEST"]["NAME"] = str(old)
    monkeypatch.setattr("builtins.input", lambda _: given)

    if given == "no":
        with pytest.raises(SystemExit):
            wrapper.creation._create_test_db(0, autoclobber=False)
    else:
        wrapper.creation._create_test_db(0, autoclobber=False)

    assert old.exists() == (given == "no")
