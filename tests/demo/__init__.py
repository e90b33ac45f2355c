"""The demo: the same from the same seed, believable, and kept apart from anybody else."""
