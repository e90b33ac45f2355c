"""Ebb: people and sections of people that step back or turn against, dated and visible.

Nouns: the ebb of a section, the cell. Verbs: none; what happened to a tie is recorded in ties.
"""
