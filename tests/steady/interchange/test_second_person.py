"""Above a number that the organisation sets, people go out in a file only when a second person agrees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.branches.actions import growing
from strandline.organisation.branches.actions.growing import CannotGrow
from strandline.organisation.branches.models import Organisation
from strandline.organisation.notices.models import Notice
from strandline.steady.interchange import actions, queries
from strandline.steady.interchange.actions import CannotExport, Wish
from strandline.steady.interchange.models import Export, ExportRequest
from strandline.store.records import Absent
from tests.cast import NOW, Cast

WISH = Wish("csv", "q=ro", "People named like “ro”", 812)
DAY = timedelta(days=1)


def asked(cast: Cast, by: str = "amina") -> str:
    return actions.ask_to_export(wish=WISH, reason="For the poll", by=cast.viewer(by), at=NOW).code


def answer(cast: Cast, code: str, by: str, *, yes: bool = True, at=NOW) -> ExportRequest:  # type: ignore[no-untyped-def]
    return actions.answer_export(request=code, is_approved=yes, answer="Fine", by=cast.viewer(by, at), at=at)


def take(cast: Cast, code: str, by: str = "amina", *, count: int = 812, at=NOW) -> Export:  # type: ignore[no-untyped-def]
    return actions.take_export(request=code, count=count, by=cast.viewer(by), at=at)


@pytest.mark.parametrize(("count", "is_alone"), [(0, True), (200, True), (201, False), (50_000, False)])
def test_export_alone_ends_at_the_number_of_the_organisation(cast: Cast, count: int, is_alone: bool) -> None:
    def export() -> Export:
        return actions.note_export(count=count, kind="csv", sentence="People", by=cast.amina, at=NOW)

    if is_alone:
        assert export().count == count
    else:
        with pytest.raises(CannotExport, match=r"For more than 200 a second person has to agree"):
            export()
    assert Export.objects.count() == is_alone


def test_number_is_set_by_an_administrator(cast: Cast) -> None:
    growing.set_export_limit(people=5, by=cast.adam, at=NOW)

    assert Organisation.objects.get().export_alone == 5
    assert AuditEntry.objects.filter(verb="organisation.export_limit_set").count() == 1
    with pytest.raises(CannotGrow, match="from 0 to"):
        growing.set_export_limit(people=-1, by=cast.adam, at=NOW)
    for name in ("amina", "lea", "bela", "stella", "dede", "uma"):
        with pytest.raises(Absent):
            growing.set_export_limit(people=50_000, by=cast.viewer(name), at=NOW)


def test_whoever_may_answer_is_told_and_nobody_else(cast: Cast) -> None:
    code = asked(cast)

    told = Notice.objects.filter(kind="export.asked").values_list("account__name", flat=True)
    assert set(told) == {"Lea", "Bela", "Stella", "Adam"}
    waits = {
        name: [row.code for row in queries.export_requests(viewer=cast.viewer(name), at=NOW)[1]]
        for name in cast.accounts
    }
    assert waits == {
        name: [code] if name in ("lea", "bela", "stella", "adam") else [] for name in cast.accounts
    }


@pytest.mark.parametrize("name", ["lea", "bela", "stella", "adam"])
def test_what_was_agreed_to_is_taken_once(cast: Cast, name: str) -> None:
    code = asked(cast)

    answer(cast, code, name)
    made = take(cast, code)

    row = ExportRequest.objects.get()
    assert (row.export, row.taken_at, row.answered_by) == (made, NOW, cast.accounts[name])
    assert Notice.objects.get(kind="export.answered").account == cast.accounts["amina"]
    with pytest.raises(CannotExport, match="it is taken"):
        take(cast, code)
    verbs = list(AuditEntry.objects.filter(verb__contains="export").values_list("verb", flat=True))
    assert verbs == ["export.asked", "export.answered", "people.exported"]


@pytest.mark.parametrize("name", ["bruno", "chen", "dede", "uma"])
def test_who_has_no_rights_over_it_finds_nothing(cast: Cast, name: str) -> None:
    code = asked(cast)

    with pytest.raises(Absent):
        answer(cast, code, name)

    assert ExportRequest.objects.get().answered_at is None


def test_nobody_answers_themselves_nor_the_lead_their_branch_lead(cast: Cast) -> None:
    own, above = asked(cast, "lea"), asked(cast, "bela")

    with pytest.raises(CannotExport, match="Somebody else"):
        answer(cast, own, "lea")
    with pytest.raises(Absent):
        answer(cast, above, "lea")

    assert not ExportRequest.objects.exclude(answered_at=None).exists()


def test_declined_is_not_taken(cast: Cast) -> None:
    code = asked(cast)
    answer(cast, code, "lea", yes=False)

    with pytest.raises(CannotExport, match="declined"):
        take(cast, code)
    with pytest.raises(CannotExport, match="cannot be answered any more"):
        answer(cast, code, "bela")

    assert not Export.objects.exists()


def test_requests_and_agreements_run_out(cast: Cast) -> None:
    late, agreed = asked(cast), asked(cast)
    answer(cast, agreed, "lea")

    with pytest.raises(CannotExport, match="run out"):
        answer(cast, late, "lea", at=NOW + 8 * DAY)
    with pytest.raises(CannotExport, match="run out"):
        take(cast, agreed, at=NOW + DAY + timedelta(minutes=1))

    assert not Export.objects.exists()


def test_more_people_than_were_agreed_to_are_asked_for_again(cast: Cast) -> None:
    code = asked(cast)
    answer(cast, code, "lea")

    with pytest.raises(CannotExport, match="813 people fit, and 812 were agreed to"):
        take(cast, code, count=813)

    assert take(cast, code, count=811).count == 811


def test_only_the_asker_takes_it(cast: Cast) -> None:
    code = asked(cast)
    answer(cast, code, "lea")

    for name in ("lea", "bruno", "bela"):
        with pytest.raises(Absent):
            take(cast, code, by=name)


def test_answer_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    code = asked(cast)
    monkeypatch.setattr(actions.exporting.audit, "record", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        answer(cast, code, "lea")

    assert ExportRequest.objects.get().answered_at is None
