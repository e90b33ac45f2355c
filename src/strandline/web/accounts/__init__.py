"""Signing in, as allauth does it, in our words."""
