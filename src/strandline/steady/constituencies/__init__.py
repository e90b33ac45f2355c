"""Constituencies: sections of people (a trade, a neighbourhood, a community), in a tree for each dimension.

Nouns: `Constituency`, `SizeEstimate` (dated, with its source), `ConstituencyMembership` (several a person, dated),
`SectionWeek` (what the centre is told). Verbs: add, rename and end a section, estimate its size, place people in it, take
someone out, release the week. Questions: `tree`, `sections_of`, `held`, `people_in`, `banded`.
"""
