"""Follow-up: the next step that is owed to a person, and the handing over of ties so that nobody falls between two.

Nouns: `FollowUp`, `Snooze`, `Handoff`. Verbs: `set_next_step`, `move_step`, `close_step`, `offer_handoff`,
`accept_handoff`, `decline_handoff`, `withdraw_handoff`. Questions: what is owed today, and the load of every organiser.
"""
