"""Strandline: an organisation, by steady work and then by surges, builds ties; the ledger says what stayed."""
