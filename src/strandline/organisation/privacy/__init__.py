"""Privacy: on what ground something may be kept of a person, and for whom.

Judgements: the basis for an opinion (GDPR Art. 9), the bands of released totals. Questions: what each model declares
of its fields in `class PersonalData`, from which export, erasure, retention and scrubbed copies are derived.
"""
