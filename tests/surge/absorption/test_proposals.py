"""Circles proposed for new arrivals."""

from datetime import date

import numpy as np

from strandline.surge.absorption.rules.circles import Arrival, Convenor, Slot, first_session, propose_circles
from strandline.surge.absorption.rules.explain import HOW_COUNTED

TUESDAY, THURSDAY = Slot(1, 19), Slot(3, 18)
ENGLISH, SPANISH = frozenset({"English"}), frozenset({"Spanish"})


def people(
    count: int, *slots: Slot, place: str = "Northgate", speak: frozenset[str] = ENGLISH, name: str = "p"
) -> list[Arrival]:
    return [Arrival(f"{name}{number:03}", place, speak, frozenset(slots)) for number in range(count)]


def convenor(name: str, *slots: Slot, circles: int = 1, speak: frozenset[str] = ENGLISH) -> Convenor:
    return Convenor(name, frozenset({"Northgate"}), speak, frozenset(slots), circles)


def test_circle_has_convenor_language_hour_and_first_day() -> None:
    monday = date(2026, 1, 12).toordinal()

    plan = propose_circles(people(8, TUESDAY), [convenor("amina", TUESDAY)], today=monday)

    (circle,) = plan.circles
    assert (circle.place, circle.language, circle.slot, circle.convenor) == (
        "Northgate",
        "English",
        TUESDAY,
        "amina",
    )
    assert date.fromordinal(circle.first_day) == date(2026, 1, 20)  # tomorrow is too short a notice
    assert (
        circle.reason == "8 people in Northgate speak English and can come at this hour; amina can lead it."
    )
    assert plan.unplaced == {}


def test_first_session_leaves_three_days_notice() -> None:
    friday = date(2026, 1, 16).toordinal()

    assert date.fromordinal(first_session(Slot(0, 18), friday)) == date(2026, 1, 19)
    assert date.fromordinal(first_session(Slot(6, 18), friday)) == date(2026, 1, 25)


def test_five_are_too_few_and_are_told_so() -> None:
    plan = propose_circles(people(5, TUESDAY), [convenor("amina", TUESDAY)], today=1)

    assert plan.circles == ()
    assert plan.unplaced["p000"] == "5 of the 6 a circle needs can come at the same hour in Northgate."


def test_thirteen_make_two_circles_rather_than_one_left_over() -> None:
    leads = [convenor("amina", TUESDAY), convenor("bruno", TUESDAY)]

    plan = propose_circles(people(13, TUESDAY), leads, today=1)

    assert sorted(len(circle.people) for circle in plan.circles) == [6, 7]
    assert {circle.convenor for circle in plan.circles} == {"amina", "bruno"}


def test_one_convenor_does_not_lead_two_circles_at_one_hour() -> None:
    plan = propose_circles(people(20, TUESDAY), [convenor("amina", TUESDAY, circles=5)], today=1)

    assert [len(circle.people) for circle in plan.circles] == [12]  # the free chairs are filled
    assert set(plan.unplaced.values()) == {"8 could meet in Northgate, but nobody is free to convene it."}


def test_languages_and_unknown_hours_are_respected() -> None:
    arrivals = [
        *people(7, TUESDAY, speak=SPANISH, name="s"),
        *people(7, TUESDAY, name="e"),
        Arrival("quiet", "Northgate", ENGLISH, frozenset()),
        Arrival("mute", "Northgate", frozenset(), frozenset({TUESDAY})),
    ]

    plan = propose_circles(arrivals, [convenor("amina", TUESDAY, speak=SPANISH)], today=1)

    (circle,) = plan.circles
    assert circle.people == tuple(f"s{number:03}" for number in range(7))
    assert plan.unplaced["quiet"] == "No hour is known at which they can come."
    assert plan.unplaced["mute"] == "No language is known in which they would talk."
    assert plan.unplaced["e000"] == "7 could meet in Northgate, but nobody is free to convene it."


def test_every_proposed_circle_could_really_meet() -> None:
    rng = np.random.default_rng(11)
    slots = [Slot(day, hour) for day in range(7) for hour in (10, 19)]
    for trial in range(40):
        arrivals = [
            Arrival(
                f"p{number:03}",
                str(rng.choice(["Northgate", "Mill Lane", "Ferry Road"])),
                frozenset(rng.choice(["English", "Spanish", "Arabic"], rng.integers(1, 3)).tolist()),
                frozenset(slots[place] for place in rng.choice(14, rng.integers(1, 4), replace=False)),
            )
            for number in range(int(rng.integers(0, 220)))
        ]
        leads = [
            Convenor(
                f"c{number}",
                frozenset({"Northgate", "Mill Lane"} if number % 2 else {"Ferry Road"}),
                frozenset({"English", "Spanish"} if number % 3 else {"Arabic"}),
                frozenset(slots[place] for place in rng.choice(14, 5, replace=False)),
                int(rng.integers(1, 3)),
            )
            for number in range(int(rng.integers(0, 14)))
        ]

        plan = propose_circles(arrivals, leads, today=trial)

        known = {arrival.person: arrival for arrival in arrivals}
        lead = {one.organiser: one for one in leads}
        seated = [person for circle in plan.circles for person in circle.people]
        assert len(seated) == len(set(seated))
        assert set(seated) | set(plan.unplaced) == set(known)
        assert not set(seated) & set(plan.unplaced)
        for circle in plan.circles:
            assert 6 <= len(circle.people) <= 12
            assert circle.first_day >= trial + 3
            who = lead[circle.convenor]
            assert circle.place in who.places
            assert circle.language in who.languages
            assert circle.slot in who.times
            for person in circle.people:
                assert circle.place == known[person].place
                assert circle.language in known[person].languages
                assert circle.slot in known[person].times
        booked = [(circle.convenor, circle.slot) for circle in plan.circles]
        assert len(booked) == len(set(booked))
        assert all([who for who, _ in booked].count(name) <= one.circles for name, one in lead.items())


def test_every_figure_of_absorption_is_explained() -> None:
    assert {"M0", "M1", "M2", "M3", "M4", "M5", "wave", "baseline", "funnel", "circles", "owners"} <= set(
        HOW_COUNTED
    )
    for explanation in HOW_COUNTED.values():
        assert explanation.sentence.endswith(".")
        assert explanation.formula
        assert explanation.source
