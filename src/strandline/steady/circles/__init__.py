"""Circles: recurring discussion groups that hold people between campaigns.

Nouns: `Circle`, `Convenorship` (who leads it, dated), `CircleMembership` (dated), `CircleInvitation`, `CircleSession`,
`Attendance`.
Verbs: form a circle, hand it to another convenor, invite, join, leave, propose a session, call one off, take attendance,
welcome a guest. Each attendance writes a two-way touch through `ties` in the same transaction (METHODS 0).
"""
