"""Who works here, in which branch, and who may see whom."""
