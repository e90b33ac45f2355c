"""Lists in and out: check page, bringing in, taking back, and exports."""
