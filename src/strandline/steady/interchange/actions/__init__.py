"""Bringing a list in: take the file, check it, bring it in, take it back. Each step can be killed and goes on."""

from .applying import apply, bring_in
from .asking import ask, ask_to_stop, carry_on, carry_out
from .checking import CannotImport, check, choose, digest_of, take_file
from .exporting import CannotExport, Wish, answer_export, ask_to_export, note_export, take_export
from .undoing import undo

__all__ = [
    "CannotExport",
    "CannotImport",
    "Wish",
    "answer_export",
    "apply",
    "ask",
    "ask_to_export",
    "ask_to_stop",
    "bring_in",
    "carry_on",
    "carry_out",
    "check",
    "choose",
    "digest_of",
    "note_export",
    "take_export",
    "take_file",
    "undo",
]
