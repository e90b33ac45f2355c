"""The clock: work that runs in the background."""
