"""Constituencies: sections of people (a trade, a neighbourhood, a community), in a tree for each dimension.

Nouns: `Constituency`, `ConstituencyMembership` (several a person, dated). Verbs: `add_constituency`, `place_in`,
`take_out`. Questions: `tree`, `sections_of`.
"""
