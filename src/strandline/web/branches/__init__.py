"""Accounts and their roles, branches and teams: the pages of an administrator."""
