"""Conversations: the log form. One action, one transaction over touch, next step and what follows from them.

Verbs: `log_conversation`, `meet_person`. It has no rows of its own.
"""
