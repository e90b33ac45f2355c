"""Notices, taken off the list."""
