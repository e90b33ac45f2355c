"""What one can do here, who sees what, and how things are counted."""
