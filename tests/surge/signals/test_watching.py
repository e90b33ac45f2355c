"""The watch over the record and over counts from outside: what is judged, raised, corrected, joined and told."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.branches import queries as branches
from strandline.organisation.notices.models import Notice
from strandline.steady.constituencies.models import Constituency
from strandline.steady.intake.models import Form, Submission
from strandline.steady.intake.rules import State
from strandline.steady.listening.models import Theme, ThemeHeard
from strandline.steady.ties.models import Touch
from strandline.surge.signals import actions, queries
from strandline.surge.signals.models import Alert, Evaluation, SeriesCount, WatchedSeries
from strandline.surge.signals.rules import SETTINGS, Tier, replay
from strandline.surge.signals.rules.settings import Step
from strandline.surge.signals.rules.watched import Source
from tests.cast import NOW, Cast
from tests.steady.intake.doors import open_form, send, sheet

from .watched import QUIET, RISE, TODAY, at_end_of, outside, push, signups

YESTERDAY = TODAY - timedelta(days=1)


def old_form(cast: Cast, slug: str = "heating", *, days: int = 90, **more: object) -> Form:
    form = open_form(cast, slug, **more)
    Form.objects.filter(pk=form.pk).update(made_at=NOW - timedelta(days=days))
    form.refresh_from_db()
    return form


def night(on: date) -> int:
    """What the clock does in the night after a day."""
    actions.keep_series(at=at_end_of(on))
    return actions.evaluate(at=at_end_of(on))


def test_record_gives_a_series_for_each_form_branch_and_section(cast: Cast) -> None:
    section = Constituency.objects.create(name="Hospital workers", dimension="profession")
    form = old_form(cast, constituency=section.code)

    made = [actions.keep_series(at=NOW), actions.keep_series(at=NOW)]

    found = sorted(WatchedSeries.objects.values_list("source", "branch__name", "name"))
    centre = cast.centre.name
    assert made == [5, 0]
    assert found == sorted(
        [
            ("branch", "Harbourside", "Sign-ups of the branch"),
            ("branch", centre, "Sign-ups of the branch"),
            ("constituency", "Harbourside", "Hospital workers"),
            ("constituency", centre, "Hospital workers"),
            ("form", "Harbourside", form.title),
        ]
    )


@pytest.mark.django_db(transaction=True)
def test_a_sign_up_gets_in_while_the_night_reads_what_there_is_to_watch(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_form(cast)
    came: list[int] = []
    read = queries.found_in_record

    def sign_up() -> None:
        came.append(len(send(sheet())))
        connection.close()

    def while_somebody_signs_up(**given: Any) -> Any:
        if not came:
            visitor = Thread(target=sign_up, daemon=True)
            visitor.start()
            visitor.join(timeout=60)
        return read(**given)

    monkeypatch.setattr(queries, "found_in_record", while_somebody_signs_up)

    assert actions.keep_series(at=NOW) > 0
    assert came == [1]
    assert Submission.objects.count() == 1


def test_what_another_night_kept_meanwhile_is_kept_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    old_form(cast)
    others: list[int] = []
    read = queries.found_in_record

    def while_another_keeps_them(**given: Any) -> Any:
        found = read(**given)
        if not others:
            others.append(0)
            others.append(actions.keep_series(at=NOW))
        return found

    monkeypatch.setattr(queries, "found_in_record", while_another_keeps_them)

    assert actions.keep_series(at=NOW) == 0
    assert others[1] == WatchedSeries.objects.count() > 0


def test_series_of_a_form_rests_while_the_form_is_closed(cast: Cast) -> None:
    form = old_form(cast)
    actions.keep_series(at=NOW)
    Form.objects.filter(pk=form.pk).update(closed_at=NOW)

    actions.keep_series(at=NOW)
    closed = WatchedSeries.objects.get(form=form).ended_at
    Form.objects.filter(pk=form.pk).update(closed_at=None)
    actions.keep_series(at=NOW)

    assert (closed, WatchedSeries.objects.get(form=form).ended_at) == (NOW, None)


def test_counts_are_what_came_without_machines_and_what_was_taken_back(cast: Cast) -> None:
    form = old_form(cast, days=20)
    signups(form, [4], until=YESTERDAY)
    signups(form, [7], until=YESTERDAY, state=State.TAKEN_BACK)
    signups(form, [5], until=YESTERDAY, state=State.QUARANTINED, reason="trap")
    signups(form, [2], until=YESTERDAY, state=State.QUARANTINED, reason="crowd")
    actions.keep_series(at=NOW)
    rows = list(WatchedSeries.objects.all())

    found = queries.courses(rows, on=YESTERDAY)

    assert {found[row.pk].counts for row in rows} == {(0,) * 19 + (6,)}


def test_day_over_the_usual_raises_an_alert_once_and_tells_the_leads(cast: Cast) -> None:
    form = old_form(cast)
    signups(form, [*QUIET, *RISE], until=YESTERDAY)
    for on in (YESTERDAY - timedelta(days=2), YESTERDAY - timedelta(days=1), YESTERDAY, YESTERDAY):
        night(on)

    row = Alert.objects.get(series__source=Source.FORM.value)

    assert (row.tier, row.began_on, row.last_on) == ("alarm", YESTERDAY - timedelta(days=2), YESTERDAY)
    assert row.why.startswith("79 in 3 days, 40 of them this day; about 8.8 is usual.")
    told = Notice.objects.filter(subject=row.code).values_list("account", "kind").order_by("account", "pk")
    leads = sorted([cast.lea.account_id, cast.bela.account_id])
    assert list(told) == [(account, "signal.alarm") for account in leads]


def test_newest_step_alone_is_judged_when_a_series_is_first_watched(cast: Cast) -> None:
    form = old_form(cast)
    signups(form, [*QUIET, *RISE, *QUIET], until=YESTERDAY)

    night(YESTERDAY)

    assert set(Evaluation.objects.values_list("on", flat=True)) == {YESTERDAY}
    assert Alert.objects.count() == 0


def test_night_that_nothing_ran_is_made_up_for(cast: Cast) -> None:
    form = old_form(cast)
    signups(form, [*QUIET, *RISE], until=YESTERDAY)
    night(YESTERDAY - timedelta(days=4))

    night(YESTERDAY)

    row = WatchedSeries.objects.get(form=form)
    assert Evaluation.objects.filter(series=row).count() == 5
    assert Alert.objects.filter(series=row).count() == 1


def test_answer_of_a_day_is_the_same_with_and_without_what_came_after(cast: Cast) -> None:
    form = old_form(cast)
    counts = [*QUIET, 1, 9, 2, *RISE, 3, 2, 50, 4, 1]
    signups(form, counts, until=YESTERDAY)
    row_days = 12
    for back in range(row_days, 0, -1):
        night(TODAY - timedelta(days=back))

    row = WatchedSeries.objects.get(form=form)
    kept = dict(Evaluation.objects.filter(series=row).values_list("on", "tier"))
    settings = SETTINGS.for_streams(WatchedSeries.objects.count())
    whole = queries.courses([row], on=YESTERDAY)[row.pk]
    told = replay(whole.counts, "day", settings)
    assert kept == {whole.day(said.index): said.tier.value for said in told[-row_days:]}
    assert set(kept.values()) == {"usual", "alarm"}
    for on, tier in kept.items():
        shown = queries.replay_of(viewer=cast.lea, series=row, until=on)
        assert shown is not None
        assert shown.said is not None
        assert (shown.said.tier.value, shown.course.day(shown.said.index)) == (tier, on)


def test_late_entries_are_judged_again_and_the_first_answer_is_kept(cast: Cast) -> None:
    form = old_form(cast)
    signups(form, [*QUIET, 3, 2], until=YESTERDAY)
    night(YESTERDAY - timedelta(days=1))
    night(YESTERDAY)
    signups(form, [30, 37], until=YESTERDAY)

    again = night(YESTERDAY)

    row = WatchedSeries.objects.get(form=form)
    said = Evaluation.objects.filter(series=row).order_by("on", "revision")
    assert again > 0
    assert list(said.values_list("on", "revision", "tier", "count")) == [
        (YESTERDAY - timedelta(days=1), 0, "usual", 3),
        (YESTERDAY - timedelta(days=1), 1, "alarm", 33),
        (YESTERDAY, 0, "usual", 2),
        (YESTERDAY, 1, "alarm", 39),
    ]


def test_erasures_of_long_ago_do_not_rewrite_what_was_said(cast: Cast) -> None:
    form = old_form(cast)
    signups(form, [*QUIET], until=YESTERDAY)
    for back in range(40, 0, -1):
        night(TODAY - timedelta(days=back))
    before = Evaluation.objects.count()
    Submission.objects.filter(at__lt=NOW - timedelta(days=30)).delete()

    night(YESTERDAY)

    assert Evaluation.objects.count() == before


def test_correction_that_leaves_nothing_withdraws_the_alert_and_keeps_what_was_said(cast: Cast) -> None:
    row = outside(cast, QUIET, until=YESTERDAY - timedelta(days=2))
    push(cast, row, [60, 70], until=YESTERDAY)
    raised = Alert.objects.get(series=row)

    push(cast, row, [3, 2], until=YESTERDAY)

    raised.refresh_from_db()
    assert raised.withdrawn_at == at_end_of(YESTERDAY)
    assert list(
        SeriesCount.objects.filter(series=row, on=YESTERDAY)
        .order_by("revision")
        .values_list("revision", "count")
    ) == [(0, 70), (1, 2)]
    said = Evaluation.objects.filter(series=row, on=YESTERDAY).order_by("revision")
    assert list(said.values_list("revision", "tier")) == [(0, "alarm"), (1, "usual")]


def test_correction_of_the_past_judges_again_what_came_after_it(cast: Cast) -> None:
    row = outside(cast, QUIET, until=YESTERDAY - timedelta(days=3))
    push(cast, row, [12, 13, 12], until=YESTERDAY)
    assert Evaluation.objects.filter(series=row, revision=0, tier=Tier.ALARM.value).exists()

    push(cast, row, [12 for _ in QUIET], until=YESTERDAY - timedelta(days=3), at=at_end_of(YESTERDAY))

    stood = queries.stood(series=[row], since=YESTERDAY - timedelta(days=2))[row.pk]
    assert [stood[on].tier for on in sorted(stood)] == [Tier.USUAL] * 3
    assert [stood[on].revision for on in sorted(stood)] != [0, 0, 0]


def test_young_series_says_how_many_days_are_missing(cast: Cast) -> None:
    row = outside(cast, [2, 3, 1, 50], until=YESTERDAY)

    said = Evaluation.objects.get(series=row)

    assert (said.tier, said.why) == (Tier.YOUNG.value, "Too little history: 4 more days are needed.")


def test_weeks_are_judged_when_they_are_over(cast: Cast) -> None:
    monday = date(2026, 1, 5)
    row = outside(cast, [5, 6, 4, 5, 6, 5, 4, 6, 5, 6, 4, 5], until=monday, step=Step.WEEK)

    push(cast, row, [40], until=monday + timedelta(weeks=1))

    assert list(Evaluation.objects.filter(series=row).values_list("on", flat=True).order_by("on")) == [
        monday,
        monday + timedelta(weeks=1),
    ]


def test_two_independent_series_in_watch_make_an_alarm(cast: Cast) -> None:
    one, other = (
        outside(cast, QUIET, until=YESTERDAY - timedelta(days=2), name=name) for name in ("Calls", "Letters")
    )
    far = actions.add_series(new=actions.NewSeries("Far", branch=cast.harbour.code), by=cast.bela, at=NOW)
    push(cast, one, WATCH, until=YESTERDAY)
    alone = Alert.objects.get(series=one).tier

    push(cast, other, WATCH, until=YESTERDAY)

    assert alone == "watch"
    assert {(a.tier, a.has_company) for a in Alert.objects.all()} == {("alarm", True)}
    assert all(a.why.endswith("together they make an alarm.") for a in Alert.objects.all())
    assert not Alert.objects.filter(series=far).exists()


def test_series_of_one_record_are_one_stream(cast: Cast) -> None:
    form = old_form(cast)
    signups(form, [*QUIET, *WATCH], until=YESTERDAY)
    night(YESTERDAY - timedelta(days=1))

    night(YESTERDAY)

    assert Alert.objects.count() > 1
    assert set(Alert.objects.values_list("tier", "has_company")) == {("watch", False)}


def test_alarm_names_the_section_that_stands_out_and_never_a_small_one(cast: Cast) -> None:
    hospital = Constituency.objects.create(name="Hospital workers", dimension="profession")
    ward = Constituency.objects.create(name="Night ward", dimension="profession", parent=hospital)
    drivers = Constituency.objects.create(name="Drivers", dimension="profession")
    near, small, other = (
        old_form(cast, slug, constituency=section.code)
        for slug, section in (("hospital", hospital), ("ward", ward), ("drivers", drivers))
    )
    signups(near, [2] * 60 + [20, 30], until=YESTERDAY)
    signups(small, [0] * 60 + [0, 3], until=YESTERDAY)
    signups(other, [2] * 60 + [2, 2], until=YESTERDAY)
    night(YESTERDAY - timedelta(days=2))

    night(YESTERDAY)

    row = Alert.objects.get(series__source=Source.BRANCH.value, series__branch=cast.harbour)
    assert row.where.startswith("It is Hospital workers, not everyone: 53 where about")
    assert "Night ward" not in row.where


def test_budget_is_shared_by_all_series_of_the_organisation(cast: Cast) -> None:
    few = outside(cast, QUIET, until=YESTERDAY - timedelta(days=2))
    push(cast, few, WATCH, until=YESTERDAY)
    raised = Alert.objects.filter(series=few).count()
    WatchedSeries.objects.bulk_create(
        WatchedSeries(name=f"s{n}", source="external", step="day", branch=cast.hill, made_at=NOW)
        for n in range(600)
    )
    many = outside(cast, QUIET, until=YESTERDAY - timedelta(days=2), name="Letters")

    push(cast, many, WATCH, until=YESTERDAY)

    assert (raised, Alert.objects.filter(series=many).count()) == (1, 0)


WATCH = [9, 8]


def heard(cast: Cast, counts: list[int], *, until: date) -> Theme:
    """Let a theme be heard so often on each day up to one, in talks with one person."""
    theme = Theme.objects.create(name="Heating")
    person = cast.person(at=NOW - timedelta(days=200))
    for back, number in enumerate(reversed(counts)):
        at = at_end_of(until) - timedelta(days=back, hours=16)
        for _ in range(number):
            touch = Touch.objects.create(
                person=person, kind="call", outcome="answered", is_two_way=True, at=at, logged_at=at
            )
            ThemeHeard.objects.create(touch=touch, theme=theme, person=person, at=at)
    return theme


def test_themes_and_answers_are_counted_in_the_branch_of_the_tie(cast: Cast) -> None:
    heard(cast, [2, 0, 1], until=YESTERDAY)
    actions.keep_series(at=NOW)

    rows = list(WatchedSeries.objects.filter(branch=cast.harbour).order_by("source"))

    found = queries.courses(rows, on=YESTERDAY)
    assert [(row.source, row.name, found[row.pk].counts) for row in rows] == [
        ("replies", "Answers to our attempts", (2, 0, 1)),
        ("theme", "Heating", (2, 0, 1)),
    ]
    assert not WatchedSeries.objects.filter(branch=cast.hill).exists()


@pytest.mark.parametrize(
    ("name", "sees"),
    [("amina", True), ("lea", True), ("bela", True), ("stella", False), ("chen", False), ("dede", False)],
)
def test_series_of_a_theme_is_for_who_may_read_opinions(cast: Cast, name: str, sees: bool) -> None:
    heard(cast, [1], until=YESTERDAY)
    actions.keep_series(at=NOW)

    found = [row.source for row in queries.series_of(viewer=cast.viewer(name))]

    assert ("theme" in found) is sees


@pytest.mark.parametrize("number", [1, 3])
def test_counts_of_all_series_take_the_same_number_of_questions(
    cast: Cast, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    heard(cast, [1, 2], until=YESTERDAY)
    for n in range(number):
        old_form(cast, f"form-{n}")
        outside(cast, [1, 2], until=YESTERDAY, name=f"Calls {n}")
    actions.keep_series(at=NOW)
    rows = list(WatchedSeries.objects.all())

    with branches.one_request(), django_assert_num_queries(6):
        found = queries.courses(rows, on=YESTERDAY)

    assert len(found) == len(rows)


def test_nights_that_share_one_count_say_the_same_as_nights_that_count_each(cast: Cast) -> None:
    form = old_form(cast)
    signups(form, [*QUIET, *RISE], until=YESTERDAY)
    nights = [at_end_of(TODAY - timedelta(days=days)) for days in (3, 2, 1)]
    last = nights[-1].date()

    def said() -> list[dict[str, object]]:
        return list(
            Evaluation.objects.order_by("series", "on", "revision").values("series", "on", "tier", "evidence")
        )

    actions.keep_series(at=nights[0])
    counted = queries.count_record(queries.first_day(nights[0].date() - timedelta(days=1)), last)
    for night in nights:
        actions.evaluate(at=night, counted=counted)
    shared = said()
    Alert.objects.all().delete()
    Evaluation.objects.all().delete()
    for night in nights:
        actions.evaluate(at=night)

    assert shared == said()
    assert {one["tier"] for one in shared} == {"alarm"}


def test_clock_asks_nothing_of_touches_once_every_branch_has_its_series(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    known = {(source, branch, 0) for source in Source for branch in queries.branch_lines()}

    with branches.one_request(), django_assert_max_num_queries(4) as asked:
        queries.found_in_record(on=TODAY, known=known)

    assert not [each for each in asked if "steady_touch" in each["sql"]]
