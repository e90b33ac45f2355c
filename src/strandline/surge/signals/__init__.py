"""Signals: series of counts that are watched, and the moment one departs from its normal course.

Nouns: the baseline (what is usual), the evidence, the decision with its tier (usual, watch, alarm), the section where
it happens, the ascent.
Verbs: watch, alarm, explain, replay, reconsider after late counts, share the budget of false alarms.
"""
