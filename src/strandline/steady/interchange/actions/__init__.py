"""Bringing a list in: take the file, check it, bring it in, take it back. Each step can be killed and goes on."""

from .applying import apply
from .checking import CannotImport, check, choose, take_file
from .undoing import undo

__all__ = ["CannotImport", "apply", "check", "choose", "take_file", "undo"]
