"""Branches: the local parts of the organisation, their teams, and who works in them with which role.

Nouns: `Organisation`, `Branch`, `Team`, `Membership`. Question: `viewer_for`, the rights of an account today.
"""
