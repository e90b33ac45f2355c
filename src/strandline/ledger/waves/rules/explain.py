"""How each figure of the wave ledger is counted, in words for an organiser, with the formula and its source."""

from strandline.surge.absorption.rules.explain import Explanation

HOW_COUNTED = {
    "organised": Explanation(
        "Organised ties",
        "People who are supporter, interlocutor, ally or organiser, whose tie somebody has accepted, and who did something "
        "with us within the window (45 days unless set otherwise). Mail that we send does not count.",
        "N(t): people with a tie that is standing, owned and touched in [t - window, t]",
        "Strandline's own definition",
    ),
    "M6": Explanation(
        "What the wave left",
        "Organised ties so many days after the wave, less those on the day before it began. It is the sum of four whole "
        "numbers: came in the wave and stayed, came later and stayed, returned, and no longer there.",
        "Net_d = N(e+d) - N(s-1) = newcomers + others - lost + returned; a census, no interval",
        "Strandline's own definition",
    ),
    "without": Explanation(
        "Against no wave",
        "Old ties fade and new ones come in ordinary times too. This is what is there now, less what ordinary times would "
        "have brought, going by the months before the wave.",
        "Net_d - [N(s-1) S_old(d') + lambda_0 integral_0^d' S_0 - N(s-1)], d' = e + d - s; 1,000 draws of whole circles",
        "Efron and Tibshirani 1993; Field and Welsh 2007",
    ),
    "kept": Explanation(
        "Kept share",
        "Of the ties that were there at the crest and not before, how many are still there.",
        "K_d = Net_d / (max N in [s, e+30] - N(s-1))",
        "Strandline's own definition",
    ),
    "M7": Explanation(
        "Breadth",
        "In how many sections of people we hold at least five ties, and to how many sections of one size that is equal. "
        "People belong to several sections, so the rows overlap and do not add up.",
        "count of sections with >= 5; 1 / sum p_c^2",
        "Laakso and Taagepera 1979",
    ),
    "M8": Explanation(
        "Load",
        "People whose tie nobody has accepted, and how many people each organiser carries.",
        "median people per organiser; share of organisers with more than 10",
        "Strandline's own definition",
    ),
    "M9": Explanation(
        "Cost to steady work",
        "Of 100 promises due to people known before the wave, how many were kept while it ran, and in the 90 days before. "
        "A next step with its day counts as what we promised; one that was moved in time counts neither way.",
        "difference of two shares, Wilson intervals, Newcombe's interval for the difference",
        "Wilson 1927; Newcombe 1998",
    ),
    "verdict": Explanation(
        "Stronger or not",
        "Stronger, if even the cautious end of the comparison with no wave is above zero after 180 days and breadth did not "
        "fall; weaker, if even the hopeful end is below zero; otherwise it cannot be told yet.",
        "lower bound > 0 and breadth held; upper bound < 0; else cannot tell yet",
        "Strandline's own definition",
    ),
    "hours": Explanation(
        "Organiser hours",
        "How long the talks and tries with those who came took us, from the first day to 90 days after the last. Where "
        "nobody noted it, a talk counts 20 minutes and a try 6.",
        "sum of noted minutes + 20 x talks + 6 x tries without a note",
        "Strandline's own definition",
    ),
    "outlook": Explanation(
        "Outlook of the running wave",
        "Between which numbers eight in ten such waves would stand 90 days on, going by how many ties earlier waves left "
        "for each person who had come by the same day. Few earlier waves, or waves that differ, make the range wide. "
        "Two of them and three whole days are needed.",
        "N(s-1) + came x mean r +- t_(k-1) sqrt(max(came^2 var(r) (1 + 1/k), |came x mean r|)), r = Net_90 / came by then",
        "Geisser 1993, prediction interval",
    ),
    "weekly": Explanation(
        "Weekly figures",
        "Every Monday the sums of the week before are released, and then stay. Counting again leaves out who was erased "
        "since, and says how many that are.",
        "N, active people and newcomers on each Sunday, as released; of a surge who came in the week, and the steps so far",
        "Strandline's own definition",
    ),
}
