"""Ties: the organisation's relationship with a person, of a kind, along a pathway, owned by someone who accepted it.

Nouns: `Pathway`, `Stage`, `KindWindow`, `Tie`, `Ownership`, `TieStatus`, `StageMove`, `Touch`. Verbs: `begin_tie`, `move_stage`,
`turn_tie`, `own`, `touch`. Live and organised (METHODS 0) are read from the dated rows for any day.
"""
