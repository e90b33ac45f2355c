"""The checks behind the promises: `python -m tests.acceptance NAME [--n N] [--seed S]`, last line one JSON object."""
