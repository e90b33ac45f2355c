"""JSON for machines: it asks and acts, and decides nothing."""
