"""Every figure that a page shows, and how it is counted: the words of the rules themselves, nothing written twice."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from strandline.ledger.capacity.rules.explain import HOW_COUNTED as CAPACITY
from strandline.ledger.ebb.rules.ebb import HOW_COUNTED as EBB
from strandline.ledger.waves.rules.explain import HOW_COUNTED as LEDGER
from strandline.organisation.privacy.rules.bands import HOW_COUNTED as BANDS
from strandline.surge.absorption.rules.explain import HOW_COUNTED as ABSORPTION
from strandline.surge.absorption.rules.explain import Explanation

ALONE = {
    "M10": Explanation(
        "Ebb",
        EBB,
        "F_k(t) = sum over t_i <= t of S(t_i-) d_ki / n_i, by constituency",
        "Aalen and Johansen 1978",
    ),
    "bands": Explanation(
        "Totals that protect people",
        BANDS,
        "under 5, then 5 to 14, 15 to 24, ...; one- and two-way tables, weekly",
        "Strandline's own definition",
    ),
}


@dataclass(frozen=True)
class Part:
    """The figures of one part of the pages."""

    name: str | Promise
    figures: dict[str, Explanation]


PARTS = (
    Part(_("Who came, and who is still here"), ABSORPTION),
    Part(_("What a wave left"), LEDGER | ALONE),
    Part(_("What if"), CAPACITY),
)
FIGURES = {key: one for part in PARTS for key, one in part.figures.items()}
