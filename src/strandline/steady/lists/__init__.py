"""Lists: people chosen by a readable sentence, kept under a name and evaluated in the scope of who looks.

Nouns: `SavedList`. Judgement: which filters there are and how they read. `conditions()` of the chapters below are
passed in by the way in.
"""
