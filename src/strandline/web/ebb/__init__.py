"""Who can no longer be met: moved away, died, out of reach."""
