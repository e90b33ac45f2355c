"""Which rows of a list are the same person as a row above: as a dictionary of all of them would say, in less memory."""

import random
import tracemalloc

from strandline.steady.interchange.actions.earlier import Earlier
from strandline.steady.interchange.actions.matching import Candidate
from strandline.steady.interchange.rules.people import PersonRow


def _candidate(line: int, name: str, mails: list[str], ids: tuple[tuple[str, str], ...] = ()) -> Candidate:
    row = PersonRow(line=line, full_name=name, external_ids=ids)
    return Candidate(row, name, name.lower(), [("email", mail) for mail in mails], ids)


def test_each_row_is_told_the_first_line_that_shares_name_and_channel_or_an_id() -> None:
    rng = random.Random(7)
    rows = [
        _candidate(
            line,
            f"Ann {rng.randrange(5)}",
            [f"a{rng.randrange(400)}@example.org" for _ in range(rng.randrange(3))],
            (("van", str(rng.randrange(300))),) if rng.random() < 0.3 else (),
        )
        for line in range(2, 1200)
    ]
    first: dict[object, int] = {}
    expected = []
    for one in rows:
        keys: list[object] = [(one.folded, *key) for key in one.keys] + list(one.ids)
        expected.append(next((first[key] for key in keys if key in first), 0))
        for key in keys:
            first.setdefault(key, one.row.line)

    with Earlier() as earlier:
        found, at = [], 0
        while at < len(rows):
            size = rng.randrange(1, 90)
            found += earlier.lines(rows[at : at + size])
            at += size

    assert sum(map(bool, expected)) > 100
    assert found == expected


def test_what_it_remembers_of_a_long_list_is_on_the_disk() -> None:
    def held(pieces: int) -> int:
        with Earlier() as earlier:
            tracemalloc.start()
            try:
                for piece in range(pieces):
                    lines = range(piece * 1000, piece * 1000 + 1000)
                    earlier.lines([_candidate(n + 1, "Ann", [f"a{n}@example.org"]) for n in lines])
                return tracemalloc.get_traced_memory()[0]
            finally:
                tracemalloc.stop()

    assert held(30) < held(3) + 100_000
