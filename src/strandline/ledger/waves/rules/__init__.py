"""The judgements of the wave ledger.

`spells` is arithmetic of stretches of days, `history` says who holds an organised tie on which day, `ratchet` adds
up what a wave left, `without` asks what would have been there anyway, `breadth` and `burden` look at width and cost,
`resample` draws the intervals, `verdict` says it in one sentence, `account` puts one wave's page together.
"""
