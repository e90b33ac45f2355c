"""What a signal says to an organiser."""

from strandline.surge.signals.rules.settings import Step, Tier

# One step, several, and the newest of them.
WORDS: dict[Step, tuple[str, str, str]] = {
    Step.HOUR: ("hour", "hours", "in the last 24 hours"),
    Step.THREE_HOURS: ("three hours", "times three hours", "in the last 24 hours"),
    Step.DAY: ("day", "days", "this day"),
    Step.WEEK: ("week", "weeks", "this week"),
}


def too_little(missing: int, step: Step) -> str:
    """Say that a series is too young, and how much longer it must be kept."""
    one, many, _ = WORDS[step]
    if step is Step.THREE_HOURS:
        return f"Too little history: {missing * 3} more hours are needed."
    if missing == 1:
        return f"Too little history: 1 more {one} is needed."
    return f"Too little history: {missing} more {many} are needed."


def explain(
    tier: Tier,
    count: int,
    usual: float,
    span: int,
    seen: int,
    expected: float,
    step: Step,
) -> str:
    """Say in plain words why a step is in this tier: what came, what is usual, and what luck would give."""
    if tier is Tier.USUAL:
        return f"{_number(count)} {_here(step)}; about {_about(usual)} is usual. Nothing out of the ordinary."
    one, many, _ = WORDS[Step.WEEK if step is Step.WEEK else Step.DAY]
    if span == 1:
        first = f"{_number(count)} {_here(step)}; about {_about(usual)} is usual."
        second = f"This many in one {one} is more than luck has given us in a year."
    else:
        first = (
            f"{_number(seen)} in {span} {many}, {_number(count)} of them {_here(step)}; "
            f"about {_about(expected)} is usual."
        )
        second = f"This many in so few {many} is more than luck has given us in a year."
    third = {
        Tier.WATCH: "Look at it, and wait for the next count.",
        Tier.ALARM: "It is confirmed: decide whether this is a surge.",
    }[tier]
    return f"{first} {second} {third}"


def _here(step: Step) -> str:
    return WORDS[step][2]


def _number(value: int) -> str:
    return f"{value:,}"


def _about(value: float) -> str:
    # A weekday on which almost nobody comes: a tenth is as near to nothing as a mean is told.
    return f"{value:,.0f}" if value >= 9.5 else f"{max(value, 0.1):.1f}".removesuffix(".0")
