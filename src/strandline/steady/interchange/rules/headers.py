"""The plain form of a header, in which two ways of writing it are one."""

import re

from strandline.lib.text import fold

_NOT_WORDS = re.compile(r"[^\w*]+|_+")
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain(header: str) -> str:
    """Folded words with single spaces: `E-mail 1 - Value` is `e mail 1 value`, `nationbuilder_id` two words.

    Case, accents, marks, a byte order mark and the ' that protects a cell from a spreadsheet do not count; words
    glued by capitals (`FirstName`) come apart.
    """
    return " ".join(_NOT_WORDS.sub(" ", fold(_GLUED.sub(" ", header.strip("'\ufeff \t")))).split())
