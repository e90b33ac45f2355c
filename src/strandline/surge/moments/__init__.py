"""The surge itself: a moment of mass motion, from the day it is declared to the last cohort's day 180.

Nouns: `Surge`, `SurgePost`, `SurgePhase`, `SurgeForm`, `SurgeEdit`. Verbs: open, move the window, promise, give a
post, set a phase, attach a form, close. Questions: which surges are live, and whose they are.
"""
