"""One person: the page, adding, changing, sharing."""
