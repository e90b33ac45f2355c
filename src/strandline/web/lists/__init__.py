"""People as a list: filters in words, lists kept under a name, and Find."""
