"""The demo: an invented organisation with a past, made afresh from a seed.

Verbs: `make` and `clear`. It writes facts only (people, ties, touches, next steps, handoffs), never a result: what the
pages count, they count from these rows as from any others. Nothing of it is anybody's: names are put together from
lists, telephone numbers are of the ranges kept for fiction, addresses end in `.example`. See docs/adr/0002.
"""
