"""Events: when and where people come together.

Nouns: `Event`. Verbs: `plan_event`. Question: `coming`.
"""
