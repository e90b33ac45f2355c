"""Events: when and where people come together.

Nouns: `Event`. Verbs: `plan_event`, `call_off_event`. Questions: `coming`, `event`.
"""
