"""Judgements of data protection: `basis` for opinions, `bands` for totals."""
