"""How each figure of a what-if is counted, in words for an organiser, with the formula and its source."""

from strandline.surge.absorption.rules.explain import Explanation

HOW_COUNTED = {
    "bound": Explanation(
        "Calls a day",
        "The fewest calls a day, the same every day, with which everybody is called within the promised days; some days of "
        "the wave decide it, and they are named.",
        "k = max over s <= t of A(s..t) / (t - s + 1 + D)",
        "The busiest interval of a first-come-first-served queue, equal to trying every capacity",
    ),
    "organisers": Explanation(
        "Organisers needed",
        "Calls a day, times how often one has to try, times the minutes a try takes, over the minutes an organiser gives.",
        "k x attempts x minutes / minutes per organiser and day; attempts = (1 - (1-q)^6) / q",
        "The mean of a geometric count cut at six",
    ),
    "interest": Explanation(
        "Loss of interest",
        "Who waits loses interest, a little every night. How fast is read from our own first calls; until there are enough "
        "of them, three assumptions stand side by side.",
        "B += a; served = min(B, cap); lost = (B - served)(1 - e^-theta); success = p0 e^(-theta delay), maximum likelihood",
        "Strandline's own definition",
    ),
    "queue": Explanation(
        "Callers and waiting",
        "If people call in at random and some hang up while they wait: how many wait, how long, and how many give up.",
        "M/M/c+M: pi_n ~ product of lambda / (min(n,c) mu + (n-c)+ theta); P(abandon) = theta E[(N-c)+] / lambda",
        "Palm 1957; Garnett, Mandelbaum and Reiman 2002",
    ),
    "forecast": Explanation(
        "What if",
        "A thousand possible courses of such a wave, day by day, with chance in who comes, who answers, how long talks take "
        "and who of us is there. The middle one is shown, and the range in which eight of ten lie.",
        "1,000 replications x 120 days; negative-binomial sign-ups, binomial answers; median, 10 and 90 %",
        "Common random numbers: Glasserman and Yao 1992",
    ),
    "backtest": Explanation(
        "Would it have been right",
        "For each of our past waves, what this forecast would have said from the waves before it, beside what came.",
        "share called in time inside the range from the 10th to the 90th percentile",
        "Strandline's own definition",
    ),
    "remedy": Explanation(
        "Smallest change",
        "The fewest more organisers with whom the middle course keeps the promise, and the shortest longer promise that "
        "those there are could keep.",
        "least n with median share in time >= promised share, same luck for every n",
        "Strandline's own definition",
    ),
    "pace": Explanation(
        "At this pace",
        "Who waits for a first call and who is expected in the next days, called in their order at the pace of the last three "
        "days: how many of them wait longer than promised, and the fewest more callers with whom nobody does.",
        "called(k) = max over i <= k of (arrival_i - i / c) + (k + 1) / c, missed where called(k) > arrival + promise",
        "Strandline's own definition",
    ),
}
