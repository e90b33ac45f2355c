"""The encrypted backend, the key, the write lock and the group writer."""
