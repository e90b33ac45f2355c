"""Erlang-A: published values, the closed form of Erlang-C, and the simulation against the exact answer."""

import math

import pytest

from strandline.ledger.capacity.rules.bound import PlanError
from strandline.ledger.capacity.rules.queue import Load, exact, simulate

SYSTEMS = [
    Load(48, 1, 0.5, 50),
    Load(48, 1, 1, 50),
    Load(1, 1, 1, 1),
    Load(2, 1, 0.0, 3),
    Load(2, 1, 0.5, 3),
    Load(120, 1, 0.5, 100),
]


@pytest.mark.parametrize(
    ("load", "name", "value", "places"),
    [
        (Load(48, 1, 0.5, 50), "p_abandon", 0.0309, 4),
        (Load(48, 1, 0.5, 50), "mean_queue", 2.97, 2),
        (Load(48, 1, 0.5, 50), "busy", 0.930, 3),
        (Load(48, 1, 1, 50), "p_wait", 0.40540, 5),
        (Load(48, 1, 1, 50), "p_abandon", 0.03942, 5),
        (Load(1, 1, 1, 1), "p_abandon", math.exp(-1), 9),
        (Load(1, 1, 1, 1), "p_wait", 0.63212, 5),
        (Load(2, 1, 1e-9, 3), "p_wait", 4 / 9, 8),
        (Load(2, 1, 0.0, 3), "p_wait", 4 / 9, 12),
        (Load(2, 1, 0.5, 3), "p_wait", 0.35480, 5),
        (Load(2, 1, 0.5, 3), "p_abandon", 0.08068, 5),
        (Load(2, 1, 0.5, 3), "mean_queue", 0.32271, 5),
        (Load(120, 1, 0.5, 100), "p_abandon", 0.16679, 5),
        (Load(120, 1, 0.5, 100), "mean_queue", 40.03, 2),
    ],
)
def test_exact_answer_agrees_with_the_check_values(load: Load, name: str, value: float, places: int) -> None:
    assert getattr(exact(load), name) == pytest.approx(value, abs=0.51 * 10**-places)


def test_mean_wait_in_seconds_where_rates_are_by_the_minute() -> None:
    assert 60 * exact(Load(48, 1, 0.5, 50)).mean_wait == pytest.approx(3.71, abs=0.005)


@pytest.mark.parametrize(("arrival", "servers"), [(2.0, 3), (40.0, 45), (0.5, 1)])
def test_without_giving_up_it_is_erlang_c(arrival: float, servers: int) -> None:
    found = exact(Load(arrival, 1.0, 0.0, servers))

    head = sum(arrival**n / math.factorial(n) for n in range(servers))
    tail = arrival**servers / math.factorial(servers) * servers / (servers - arrival)
    waits = tail / (head + tail)
    assert found.p_wait == pytest.approx(waits)
    assert found.mean_wait == pytest.approx(waits / (servers - arrival))
    assert found.busy == pytest.approx(arrival / servers)


@pytest.mark.parametrize("load", SYSTEMS)
def test_who_comes_is_served_or_gives_up(load: Load) -> None:
    found = exact(load)

    assert found.busy * load.servers * load.service == pytest.approx(load.arrival * (1 - found.p_abandon))


@pytest.mark.parametrize("load", SYSTEMS)
def test_simulation_is_within_three_standard_errors(load: Load) -> None:
    found, true = simulate(load, seed=1, replications=200), exact(load)

    assert found.errors is not None
    for name in ("p_wait", "p_abandon", "mean_queue", "mean_wait", "busy"):
        off = abs(getattr(found, name) - getattr(true, name))
        assert off <= 3 * getattr(found.errors, name) + 1e-12, name


def test_standard_errors_are_what_seeds_differ_by() -> None:
    found = [simulate(Load(2, 1, 0.5, 3), seed=seed, replications=20) for seed in range(14)]

    for name in ("p_wait", "mean_queue", "busy"):
        values = [getattr(one, name) for one in found]
        mean = sum(values) / len(values)
        scatter = math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
        told = sum(getattr(one.errors, name) for one in found) / len(found)
        assert 0.5 < scatter / told < 1.7


def test_same_seed_gives_the_same_answer() -> None:
    load = Load(2, 1, 0.5, 3)

    assert simulate(load, seed=4, replications=20) == simulate(load, seed=4, replications=20)
    assert simulate(load, seed=4, replications=20) != simulate(load, seed=5, replications=20)


def test_overfull_queue_with_giving_up_starts_at_its_usual_filling() -> None:
    load = Load(50, 1, 0.1, 10)
    found, true = simulate(load, seed=2, replications=50), exact(load)

    assert found.errors is not None
    assert true.mean_queue == pytest.approx(400, rel=0.01)
    assert abs(found.mean_queue - true.mean_queue) <= 3 * found.errors.mean_queue


@pytest.mark.parametrize(
    ("load", "sentence"),
    [
        (Load(0, 1, 1, 1), "The arrival rate is 0: more than 0 is needed, and at most a thousand million."),
        (Load(1, -1, 1, 1), "The service rate is -1: more than 0 is needed, and at most a thousand million."),
        (
            Load(1, 1, -0.1, 1),
            "The abandon rate is -0.1: 0 or more is needed, and at most a thousand million.",
        ),
        (
            Load(math.nan, 1, 1, 1),
            "The arrival rate is nan: more than 0 is needed, and at most a thousand million.",
        ),
        (Load(1, 1, 1, 0), "There are 0 servers: 1 to 100,000 can be reckoned with."),
        (
            Load(3, 1, 0, 3),
            "More people come than can be served and nobody gives up: the queue grows without end.",
        ),
        (
            Load(50, 1, 1e-8, 3),
            "The queue is too long to be reckoned exactly: raise the abandon rate or the servers.",
        ),
    ],
)
def test_loads_that_cannot_be_are_refused(load: Load, sentence: str) -> None:
    with pytest.raises(PlanError) as refusal:
        exact(load)

    assert str(refusal.value) == sentence


def test_queue_that_hardly_settles_is_not_simulated() -> None:
    with pytest.raises(PlanError, match="settles too slowly"):
        simulate(Load(0.9999, 1, 0, 1))
