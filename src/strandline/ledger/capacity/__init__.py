"""Capacity: how many organisers keep a promise when a wave comes, and what stays.

Nouns: the bound, the forecast, the variant, the smallest change. Verbs: none; a what-if changes nothing.
"""
