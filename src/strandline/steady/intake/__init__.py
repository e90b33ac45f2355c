"""Intake: the door through which people come: public forms, the table in the street, paper.

Nouns: `Form`, `Submission`, `DeviceCode`, `OutboxKey`, `Confirmation`, `Likeness`, `CallClaim`. Verbs: `sign_up`,
written for many and handed to the group writer; `make_form`, `close_form`; `let_in`, `set_aside`; `accept_owners`;
`take_next_call`, `log_call`. What was sent is kept as it was sent, beside the person, and never changed.
"""
