"""The judgements of absorption: who is counted, from which day, how long they stay, who should call them.

`cohorts` says who came in the wave, `survival` draws the curves, `measures` makes the six figures M0 to M5 of
them, `funnel` the five bars, `circles` and `owners` the two proposals, `explain` the sentence beside each figure.
"""
