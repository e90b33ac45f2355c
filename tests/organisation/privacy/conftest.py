"""A slow machine is no failure of a law: the laws are tried without a deadline."""

from hypothesis import settings

settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")
