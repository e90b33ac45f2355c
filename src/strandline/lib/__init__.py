"""Dates, text, telephone numbers and codes: pure, and ignorant of coalitions."""
