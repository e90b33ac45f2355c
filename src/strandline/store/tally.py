"""How much the group writer has written, and in groups of which size."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """What the writer has done so far, for benchmarks and the health page."""

    jobs: int = 0
    halved: int = 0
    not_saved: int = 0
    groups: list[int] = field(default_factory=list)

    def note(self, size: int) -> None:
        self.jobs += size
        self.groups = [*self.groups[-999:], size]
