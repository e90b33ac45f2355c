"""Every figure that a page shows, and how it is counted: the words of the rules themselves, nothing written twice."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as told

from strandline.ledger.capacity.rules.explain import HOW_COUNTED as CAPACITY
from strandline.ledger.ebb.rules.ebb import HOW_COUNTED as EBB
from strandline.ledger.waves.rules.explain import HOW_COUNTED as LEDGER
from strandline.organisation.privacy.rules.bands import HOW_COUNTED as BANDS
from strandline.surge.absorption.rules.explain import HOW_COUNTED as ABSORPTION
from strandline.surge.absorption.rules.explain import Explanation

ALONE = {
    "M10": Explanation(
        told("Ebb"),
        EBB,
        told("F_k(t) = sum over t_i <= t of S(t_i-) d_ki / n_i, by constituency"),
        "Aalen and Johansen 1978",
    ),
    "bands": Explanation(
        told("Totals that protect people"),
        BANDS,
        told("under 5, then 5 to 14, 15 to 24, ...; one- and two-way tables, weekly"),
        "Strandline's own definition",
    ),
}
SECTIONS = {
    "sections": Explanation(
        told("People of a section"),
        told(
            "People count in every section to which they belong today and in those that these stand under, once in each; so rows "
            "overlap and do not add up. Organised are those with at least one live tie as supporter, interlocutor, ally or "
            "organiser. Per 1,000 is reckoned from the latest estimate of the section's size. You are told of the people whom you "
            "may see; the centre is told of everybody, once a week and in bands."
        ),
        told(
            "organised = people with an organised tie in the section or under it; per 1,000 = 1000 organised / size"
        ),
        "Strandline's own definition",
    ),
    "themes": Explanation(
        told("Themes heard"),
        told(
            "A remark is one theme ticked in one talk, about someone whose views you may see; remarks are counted, not people. A "
            "section has the remarks of the people who belong to it today, or to one under it; with fewer than ten they are told "
            "with the section above. A theme rises when its last 30 days hold at least five remarks and more than the 90 days "
            "before lead one to expect, by more than luck gives one theme in a hundred."
        ),
        told("P(X >= recent) < 0.01, X binomial of recent + before remarks with chance 30 / 120"),
        told("The exact test of two Poisson rates, Przyborowski and Wilenski 1940"),
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
    Part(_("Sections of people"), SECTIONS),
)
FIGURES = {key: one for part in PARTS for key, one in part.figures.items()}
