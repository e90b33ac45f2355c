"""The page of one surge: who comes, who waits, what becomes of them; declaring one, changing it, closing it."""
