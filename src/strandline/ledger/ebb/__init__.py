"""Ebb: people and sections of people that step back or turn against, dated and visible; no outreach to who said no.

Nouns: `Departure`, the ebb of a section, the cell. Verbs: note and end a departure. Stepping back is a status of a tie.
"""
