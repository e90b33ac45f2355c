"""Notices: what someone must be told. On Today for those with an account; by mail through the outbox, with no more than
the mail itself needs.

Nouns: `Notice`, `Mail`. Verbs: `tell`, `settle`, `mark_read`; `put_mails`, `lease_mails`, `mark_left`, `postpone`,
`give_up`, `let_go`, `send_again`. Judgements: how long a mail is tried, and what a mail server's answer means.
"""
