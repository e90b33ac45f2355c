from __future__ import annotations

import json

import pytest

from strandline.cli.main import main
from strandline.organisation.audit.models import AuditEntry
from strandline.steady.intake.models import Form
from tests.cast import Cast
from tests.steady.intake.doors import send, sheet


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(str(ended.value.code or 0))


def test_form_is_made_and_what_was_sent_is_written_out(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    made = run("form", "create", "--slug", "heating", "--title", "No heating?")
    send(sheet(token="token-0001"), sheet("Tomasz", "t@example.org", token="token-0002"))
    capsys.readouterr()

    written = run("export", "signups", "--form", "heating", "--format", "jsonl")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (made, written) == (0, 0)
    assert Form.objects.get().team == cast.tenants
    assert [(line["token"], line["typed"]["name"]) for line in lines] == [
        ("token-0001", "Noor Haddad"),
        ("token-0002", "Tomasz"),
    ]
    assert AuditEntry.objects.filter(verb="signups.exported", actor="prompt").count() == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("form", "create", "--slug", "No Heating", "--title", "x"), "slug: Use small letters"),
        (("form", "create", "--slug", "heating", "--title", ""), "title: Nothing was filled in."),
        (("form", "create", "--slug", "heating", "--title", "x", "--team", "none"), "There is no team"),
        (("form", "create", "--slug", "heating", "--title", "x", "--promise", "0"), "Promise a call"),
        (("export", "signups", "--form", "elsewhere"), "There is no form"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    cast: Cast, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    assert run(*arguments) == 2

    assert says in capsys.readouterr().err
    assert not Form.objects.exists()
