"""Listening: what people say is on their minds, heard in touches.

Nouns: `Theme`, `ThemeHeard`. Verbs: name a theme, hear themes in a touch. Questions: which themes there are, which of
them a text speaks of, how often each was heard.
"""
