"""Accounts: who signs in, and the `Viewer` that every question is asked for.

Nouns: `Account`, `ApiToken`. Judgements: what each role grants (SYSTEM, Access).
"""
