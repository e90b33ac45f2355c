"""What each surge left: the index of surges, the strandline picture, the wave ledger."""
