"""The background work: what is tried again, what is put back, and what is enqueued once."""
