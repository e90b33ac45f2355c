"""Words that templates make of values."""
