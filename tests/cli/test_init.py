"""`strandline init`: the home of an organisation, made once."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from strandline.store import shares
from tests.homes import python, strandline

GIVEN = {
    "--name": "Quayside Tenants' Union",
    "--email": "ada@example.org",
    "--region": "GB",
    "--time-zone": "Europe/London",
}


def arguments(**changed: str | None) -> list[str]:
    given = GIVEN | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return ["init", *(part for name, value in given.items() if value is not None for part in (name, value))]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("init") / "home"
    done = strandline(home, *arguments(), "--body", "--url", "https://tenants.example.org/")
    assert done.returncode == 0, done.stderr
    return home, done.stdout


def test_init_makes_a_home_that_is_closed_to_others(made: tuple[Path, str]) -> None:
    home, _ = made

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [home, *home.iterdir()]}

    assert modes.pop("home") == 0o700
    assert {"strandline.key", "strandline.db", "ballast"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_init_founds_the_organisation(made: tuple[Path, str]) -> None:
    home, _ = made

    kept = python(
        home,
        "from strandline.organisation.branches.models import *\n"
        "from strandline.steady.ties.models import Stage\n"
        "o = Organisation.objects.get()\n"
        "print([o.name, o.region, o.time_zone, o.is_body, o.is_demo])\n"
        "print(list(Branch.objects.values_list('name', 'parent')), Stage.objects.count() > 10)",
    )

    assert kept.splitlines() == [
        "[\"Quayside Tenants' Union\", 'GB', 'Europe/London', True, False]",
        '[("Quayside Tenants\' Union", None)] True',
    ]


def test_init_prints_a_password_that_opens_the_first_account(made: tuple[Path, str]) -> None:
    home, told = made
    password = re.search(r"password  (\S+)", told)
    assert password is not None

    kept = python(
        home,
        "from strandline.organisation.accounts.models import Account\n"
        "from allauth.account.models import EmailAddress\n"
        "a = Account.objects.get()\n"
        f"print(a.email, a.check_password({password[1]!r}), EmailAddress.objects.get(user=a).verified,"
        " list(a.memberships.values_list('role', flat=True)))",
    )

    assert kept == "ada@example.org True True ['administrator']"


def test_init_prints_shares_of_which_two_give_the_key_back(made: tuple[Path, str]) -> None:
    home, told = made
    printed = [line.strip() for line in told.splitlines() if line.strip().startswith("Strandline share")]

    key = re.search(r"^key: ([0-9a-f]{64})$", (home / "strandline.key").read_text(), re.MULTILINE)

    assert key is not None
    assert len(printed) == 3
    assert shares.combine([printed[0], printed[2]]).hex() == key[1]
    with pytest.raises(shares.CannotCombine):
        shares.combine(printed[:1])


def test_init_writes_its_own_entry_into_the_log(made: tuple[Path, str]) -> None:
    home, _ = made

    done = strandline(home, "audit", "verify")

    assert done.stdout.startswith("The log is whole: 1 entries.")


def test_init_refuses_a_home_that_holds_an_organisation(made: tuple[Path, str]) -> None:
    home, _ = made

    done = strandline(home, *arguments(), "--body")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{home} already holds an organisation: Quayside Tenants' Union.\n"


def test_init_refuses_the_home_of_the_demo(demo_home: Path) -> None:
    done = strandline(demo_home, *arguments(), "--body")

    assert (done.returncode, "holds the demo organisation" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": None}, "--name is missing. Name of the organisation.\n"),
        ({"email": None}, "--email is missing. E-mail address of the first administrator.\n"),
        ({"name": "\u200b\u200b"}, "--name: This holds nothing that can be seen.\n"),
        ({"name": "A" * 201}, "--name: This is too long: 201 characters, and at most 200 fit.\n"),
        ({"region": "UK"}, "--region: UK is not a country of two letters, such as GB.\n"),
        ({"time_zone": "London"}, "--time-zone: London is not a time zone such as Europe/London.\n"),
        (
            {"time_zone": "../../etc/passwd"},
            "--time-zone: ../../etc/passwd is not a time zone such as Europe/London.\n",
        ),
    ],
)
def test_init_refuses_in_one_sentence_and_makes_nothing(
    tmp_path: Path, changed: dict[str, str | None], words: str
) -> None:
    done = strandline(tmp_path / "home", *arguments(**changed), "--body")

    assert (done.returncode, done.stdout, done.stderr) == (2, "", words)
    assert not (tmp_path / "home").exists()


def test_init_refuses_an_address_that_is_none(tmp_path: Path) -> None:
    done = strandline(tmp_path / "home", *arguments(email="ada at example"), "--body")

    assert (done.returncode, done.stderr.startswith("--email: ")) == (2, True)


def test_init_asks_whether_it_is_a_body_and_never_guesses(tmp_path: Path) -> None:
    done = strandline(tmp_path / "home", *arguments())

    assert (done.returncode, done.stderr.startswith("--body or --no-body is missing")) == (2, True)


def test_init_that_was_interrupted_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = "from strandline.store import key\nfrom pathlib import Path\nkey.make_keyfile(Path({!r}))"
    from subprocess import run
    from sys import executable

    from tests.homes import environment

    run([executable, "-c", made.format(str(home))], env=environment(home), check=True)
    before = (home / "strandline.key").read_text()

    done = strandline(home, *arguments(), "--no-body")

    assert done.returncode == 0
    assert (home / "strandline.key").read_text() == before


def test_init_keeps_the_address_for_links_and_answers_for_its_host(made: tuple[Path, str]) -> None:
    home, _ = made

    told = python(
        home,
        "from django.conf import settings\nprint(settings.PUBLIC_URL, settings.ALLOWED_HOSTS[0])",
    )

    assert told == "https://tenants.example.org tenants.example.org"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("tenants.example.org", "Give it whole"),
        ("javascript:alert(1)", "Give it whole"),
        ("https://a b.example", "Give it whole"),
        ("https://tenants.example.org/x?y=1", "Give only the beginning"),
        ("https://me:secret@example.org", "Give only the beginning"),
        ("https://example.org:99999", "not an address"),
        ("https://[::1", "not an address"),
    ],
)
def test_init_refuses_an_address_that_leads_nowhere(tmp_path: Path, url: str, reason: str) -> None:
    done = strandline(tmp_path / "home", *arguments(), "--body", "--url", url)

    assert (done.returncode != 0, "--url" in done.stderr, reason in done.stderr) == (True, True, True)
    assert not (tmp_path / "home").exists()
