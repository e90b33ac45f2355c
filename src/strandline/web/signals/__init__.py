"""Pages of signals: the series that are watched, one series with its replay, and what is done about an alert."""
