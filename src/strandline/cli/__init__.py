"""The prompt: it asks and acts, and decides nothing."""
