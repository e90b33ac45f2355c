"""The theory of call centres (Erlang-A, M/M/c+M): exactly by birth and death, and by simulation as its check.

People come at random at `arrival` an hour, `servers` callers each take `service` an hour, and who waits gives up at rate
`abandon`. Without giving up (`abandon` 0) this is Erlang-C, which only settles when the callers can keep up.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strandline.ledger.capacity.rules.bound import PlanError

Floats = NDArray[np.float64]

MOST_STATES = 2_000_000
MOST_WARM_UP = 200_000
_TAIL = 1e-14


@dataclass(frozen=True)
class Load:
    """The four figures of a queue."""

    arrival: float
    service: float
    abandon: float
    servers: int


@dataclass(frozen=True)
class Answer:
    """How a queue behaves in the long run; `errors` are the standard errors of a simulation, else None.

    `mean_wait` is over everybody who comes, those who are served at once and those who give up included.
    """

    p_wait: float
    p_abandon: float
    mean_queue: float
    mean_wait: float
    busy: float
    errors: "Answer | None" = None


def checked(load: Load) -> Load:
    """The same load, or PlanError naming the figure that cannot be and why."""
    for name, value, least in (
        ("arrival rate", load.arrival, 1e-9),
        ("service rate", load.service, 1e-9),
        ("abandon rate", load.abandon, 0.0),
    ):
        if not math.isfinite(value) or value < least or value > 1e9:
            needed = "more than 0" if least else "0 or more"
            raise PlanError(f"The {name} is {value:g}: {needed} is needed, and at most a thousand million.")
    if not 1 <= load.servers <= 100_000:
        raise PlanError(f"There are {load.servers} servers: 1 to 100,000 can be reckoned with.")
    if load.abandon == 0 and load.arrival >= load.servers * load.service:
        raise PlanError(
            "More people come than can be served and nobody gives up: the queue grows without end."
        )
    return load


def _stationary(load: Load) -> Floats:
    """How likely it is that n people are there: products of lambda / (min(n, c) mu + (n - c)+ theta), summing to 1."""
    offered = load.arrival / load.service
    size = int(max(load.servers, offered) + 20 * math.sqrt(offered + load.servers) + 200)
    while True:
        if size > MOST_STATES:
            raise PlanError(
                "The queue is too long to be reckoned exactly: raise the abandon rate or the servers."
            )
        count = np.arange(1, size)
        out = (
            np.minimum(count, load.servers) * load.service
            + np.maximum(count - load.servers, 0) * load.abandon
        )
        logs = np.concatenate([[0.0], np.cumsum(math.log(load.arrival) - np.log(out))])
        chance: Floats = np.exp(logs - logs.max())
        chance /= chance.sum()
        if chance[-1] * size < _TAIL:
            return chance
        size *= 2


def exact(load: Load) -> Answer:
    """The answer by birth and death, to machine precision. Raises PlanError for figures that cannot be."""
    checked(load)
    chance = _stationary(load)
    count = np.arange(len(chance))
    queue = float((np.maximum(count - load.servers, 0) * chance).sum())
    return Answer(
        p_wait=float(chance[load.servers :].sum()),
        p_abandon=load.abandon * queue / load.arrival,
        mean_queue=queue,
        mean_wait=queue / load.arrival,
        busy=float((np.minimum(count, load.servers) * chance).sum()) / load.servers,
    )


@dataclass
class _Tally:
    """What each replication has seen, one place for each."""

    arrivals: Floats
    waits: Floats
    abandoned: Floats
    queued: Floats
    worked: Floats
    time: Floats


def _settling(load: Load) -> float:
    """About how long the queue takes to forget where it began: the slowest of service and giving up or catching up."""
    ratio = load.arrival / (load.servers * load.service)
    waits = []
    if load.abandon > 0:
        waits.append(1 / load.abandon)
    if ratio < 1:
        waits.append(1 / (load.servers * load.service * (1 - math.sqrt(ratio)) ** 2))
    return max(1 / load.service, min(waits))


def _usual_filling(load: Load) -> int:
    """How many are there when as many come as go, chance left out."""
    if load.abandon > 0 and load.arrival > load.servers * load.service:
        return round(load.servers + (load.arrival - load.servers * load.service) / load.abandon)
    return min(load.servers, round(load.arrival / load.service))


def simulate(load: Load, *, seed: int = 0, replications: int = 400) -> Answer:
    """The same by chance: so many queues side by side, each begun at its usual filling and left to settle first.

    People come, are served and give up one event after another; nothing of the exact solution is used.
    The standard errors are those between replications.
    """
    checked(load)
    warm_up = max(4000, math.ceil(8 * _settling(load) * 2 * load.arrival))
    if warm_up > MOST_WARM_UP:
        raise PlanError("This queue settles too slowly to be simulated: ask for the exact answer instead.")
    rng = np.random.default_rng(seed)
    here = np.full(replications, _usual_filling(load), dtype=np.int64)
    tally = _Tally(*[np.zeros(replications) for _ in range(6)])
    for event in range(3 * warm_up):
        busy, queue = np.minimum(here, load.servers), np.maximum(here - load.servers, 0)
        serving, leaving = busy * load.service, queue * load.abandon
        rate = load.arrival + serving + leaving
        which = rng.random(replications) * rate
        lasted = rng.standard_exponential(replications) / rate
        comes = which < load.arrival
        if event >= warm_up:
            tally.arrivals += comes
            tally.waits += comes & (here >= load.servers)
            tally.abandoned += which >= load.arrival + serving
            tally.queued += queue * lasted
            tally.worked += busy * lasted
            tally.time += lasted
        here += np.where(comes, 1, -1)
    return _told(tally, load)


def _told(tally: _Tally, load: Load) -> Answer:
    """The ratios over all replications, and their standard errors by how much the replications differ."""

    def ratio(top: Floats, bottom: Floats) -> tuple[float, float]:
        value = float(top.sum() / bottom.sum())
        spread = float(np.sqrt(((top - value * bottom) ** 2).sum()) / bottom.sum())
        return value, spread * math.sqrt(len(top) / (len(top) - 1))

    wait, wait_error = ratio(tally.waits, tally.arrivals)
    gone, gone_error = ratio(tally.abandoned, tally.arrivals)
    queue, queue_error = ratio(tally.queued, tally.time)
    mean_wait, mean_wait_error = ratio(tally.queued, tally.arrivals)
    busy, busy_error = ratio(tally.worked, tally.time * load.servers)
    # Nothing seen is not nothing: one event among all that came is the least doubt there is.
    least = 1 / float(tally.arrivals.sum())
    errors = Answer(
        p_wait=max(wait_error, least),
        p_abandon=max(gone_error, least) if load.abandon else 0.0,
        mean_queue=queue_error,
        mean_wait=mean_wait_error,
        busy=busy_error,
    )
    return Answer(wait, gone, queue, mean_wait, busy, errors)
