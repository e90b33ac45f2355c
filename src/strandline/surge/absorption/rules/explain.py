"""How each figure of absorption is counted, in words for an organiser, with the formula and its source."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """What stands behind the link *How this is counted*."""

    title: str
    sentence: str
    formula: str
    source: str


HOW_COUNTED = {
    "wave": Explanation(
        "The wave",
        "A wave starts with the alarm or the day you set, and ends on the first of fourteen days on which the week's "
        "sign-ups are back at the usual level.",
        "e = first day of 14 with 7-day intake under the baseline's upper limit",
        "Strandline's own definition",
    ),
    "came": Explanation(
        "Who came",
        "Whose first contact is in the wave: the first day on which they signed up, were met or talked with us. Whom a list "
        "brought in without a day was known to somebody before, nobody can say when, and is nobody's newcomer.",
        "first contact = min(day of a dated source, day of first two-way touch), unless a list without days is earlier",
        "Strandline's own definition",
    ),
    "baseline": Explanation(
        "Ordinary times",
        "People who first came in the 180 days before the wave, leaving out those who came in another wave.",
        "C_0: first contact in [s - 180, s - 1], not in another wave",
        "Strandline's own definition",
    ),
    "M0": Explanation(
        "Promise kept",
        "Of 100 who came, how many had a first personal attempt within the promised hours, whatever came of it; "
        "who is still waiting counts for as long as they have waited.",
        "1 - KM(promise) of time to first attempt",
        "Kaplan and Meier 1958",
    ),
    "M1": Explanation(
        "Reached in time",
        "Of 100 who came, how many had a real two-way conversation within the promised hours.",
        "R = 1 - KM(promise) of time to first two-way touch",
        "Kaplan and Meier 1958",
    ),
    "M2": Explanation(
        "First act",
        "Of 100 who came, how many came to a circle or a task within 14 or 30 days; those who said no, could not be "
        "reached in six tries, moved away or died stay in the hundred; the erased are on no record.",
        "F(t) = sum over t_i <= t of S(t_i-) d_1i / n_i",
        "Aalen and Johansen 1978",
    ),
    "M3": Explanation(
        "Still here",
        "Of 100 who came, how many have not gone quiet: nobody may be longer than the window (45 days) without a "
        "two-way touch. Who came too recently to tell, moved away or died is followed up to then, and counts neither as here "
        "nor as gone after it.",
        "S(d) = product over t_i <= d of (1 - d_i / n_i), interval by Greenwood on the log-log scale; n(d) >= 10",
        "Kaplan and Meier 1958; Greenwood 1926",
    ),
    "M4": Explanation(
        "Lift",
        "How many more of 100 stayed than of those who came in ordinary times before the wave.",
        "S_W(d) - S_0(d) +- 1.96 sqrt(V_W + V_0)",
        "Kalbfleisch and Prentice 2002",
    ),
    "M5": Explanation(
        "Days stayed",
        "How many of their first 180 days the people who came were with us, on average.",
        "area under S from 0 to 180",
        "Irwin 1949; Royston and Parmar 2013",
    ),
    "active": Explanation(
        "Active people",
        "Everybody with a two-way touch in the last thirty days.",
        "touch in (t - 30, t]",
        "Strandline's own definition",
    ),
    "funnel": Explanation(
        "From a sign-up to a tie",
        "Every bar is a share of the people who came; the on-time share is of those who were called or whose time is "
        "up, because for the others it is not decided yet.",
        "called within the promise / (called + waiting beyond the promise)",
        "Strandline's own definition",
    ),
    "curve": Explanation(
        "Sign-ups a day",
        "The people who first came on each day; the pale band holds eight in ten days of that weekday in the eight weeks before; "
        "the dashed bars carry the trend of the last seven whole days on, a little less each day.",
        "band: 10th to 90th percentile by weekday; expected: log-linear trend, weights sqrt(n) .8^age, damped by .85 a day",
        "Strandline's own definition",
    ),
    "phase": Explanation(
        "Phase",
        "Rising until the mean of three days is at its highest, at the peak while it stays above four fifths of that, "
        "falling from then on; a person may say otherwise, and that stands.",
        "peak while mean of 3 days >= .8 of the highest such mean",
        "Strandline's own definition",
    ),
    "circles": Explanation(
        "Proposed circles",
        "Six to twelve people who share a place, a language and an hour, with somebody free to convene.",
        "largest meeting first; fewest other chances first",
        "Strandline's own definition",
    ),
    "owners": Explanation(
        "Proposed owners",
        "Somebody who speaks their language and has room; then same place, shared section of people, lighter load.",
        "order of (place, constituency, load / capacity)",
        "Strandline's own definition",
    ),
}
