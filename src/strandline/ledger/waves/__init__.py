"""Waves: what each surge left behind.

Nouns: the wave, the organised tie on a day, the ratchet, the breadth, the verdict.
Verbs: record a wave, release its figures.
"""
