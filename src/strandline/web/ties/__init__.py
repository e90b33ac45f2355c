"""Ties on the page of a person: beginning, moving, turning, and the picture of a year."""
