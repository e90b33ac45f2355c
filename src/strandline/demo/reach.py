"""Telephone numbers and addresses that reach nobody: ranges kept for fiction, and a domain that cannot be had."""

from __future__ import annotations

from strandline.lib.text import skeleton

# Ofcom's numbers for drama: a thousand behind each of these, as (normal form, as people write it).
_UK = (
    ("+442079460", "020 7946 0"), ("+441134960", "0113 496 0"), ("+441144960", "0114 496 0"),
    ("+441154960", "0115 496 0"), ("+441164960", "0116 496 0"), ("+441174960", "0117 496 0"),
    ("+441184960", "0118 496 0"), ("+441214960", "0121 496 0"), ("+441314960", "0131 496 0"),
    ("+441414960", "0141 496 0"), ("+441514960", "0151 496 0"), ("+441614960", "0161 496 0"),
    ("+441914980", "0191 498 0"), ("+442920180", "029 2018 0"), ("+442896496", "028 9649 6"),
    ("+447700900", "07700 900"), ("+441632960", "01632 960"),
)  # fmt: skip
# Beyond those, the hundred numbers that the North American plan keeps for fiction behind each area code.
_NORTH_AMERICA = (
    212, 213, 214, 215, 216, 301, 302, 303, 304, 305, 312, 313, 314, 315, 316, 401, 402, 404, 405, 406, 412, 413, 414,
    415, 416, 501, 502, 503, 504, 505, 512, 513, 514, 515, 516, 601, 602, 603, 604, 605, 612, 613, 614, 615, 616, 701,
    702, 703, 704, 705, 712, 713, 714, 715, 716, 801, 802, 803, 804, 805, 812, 813, 814, 815, 816, 901, 902, 903, 904,
    905, 912, 913, 914, 915, 916,
)  # fmt: skip
_MAILBOXES = ("post.example", "mail.example", "letters.example", "quayside.example")


def phone(number: int) -> tuple[str, str] | None:
    """Return the n-th number, normal form and as typed; None when there are no more."""
    if number < 1000 * len(_UK):
        # Neighbours in the list lie in different ranges, so that a small demo uses them all.
        last, place = divmod(number, len(_UK))
        normal, typed = _UK[place]
        return f"{normal}{last:03d}", f"{typed}{last:03d}"
    last, place = divmod(number - 1000 * len(_UK), len(_NORTH_AMERICA))
    if last >= 100:
        return None
    area = _NORTH_AMERICA[place]
    return f"+1{area}55501{last:02d}", f"+1 {area} 555 01{last:02d}"


def email(name: str, number: int) -> str:
    """Return an address put together from a name; the number makes it nobody else's."""
    letters = "".join(c if c.isascii() and c.isalnum() else "." for c in skeleton(name))
    local = ".".join(filter(None, letters.split("."))) or "someone"
    return f"{local[:40]}.{number}@{_MAILBOXES[number % len(_MAILBOXES)]}"
