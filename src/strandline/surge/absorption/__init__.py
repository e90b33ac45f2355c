"""Absorption: turning surge sign-ups into organised ties.

Nouns: the wave and its cohort, the first call, the promise, the circle made from arrivals, the funnel.
Verbs: propose an owner, propose a circle, say how many are still here.
"""
