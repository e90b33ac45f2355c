"""Interchange: what comes in from other systems, what goes out, and taking an import back.

Nouns: table (a file that could be opened), mapping (what its columns are), person row, row account.
Verbs: open, recognise, read, check, apply, undo, export.
"""
