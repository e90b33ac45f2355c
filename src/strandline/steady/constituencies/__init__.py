"""Constituencies: sections of people (a trade, a neighbourhood, a community), in a tree for each dimension.

Nouns: `Constituency`. Verbs: `add_constituency`. Question: `tree`.
"""
