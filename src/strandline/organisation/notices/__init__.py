"""Notices: what someone with an account must be told. Shown on Today; nothing personal leaves in a mail."""
