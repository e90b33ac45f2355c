"""Pages: they ask and act, and decide nothing."""
