"""Settings, addresses and the WSGI entry: imports all, imported by none."""
