"""Step by step: one conversation after another turns strangers into people with a lasting relationship."""
