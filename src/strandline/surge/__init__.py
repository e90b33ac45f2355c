"""In surges: moments of mass motion, seen early, met, and absorbed."""
