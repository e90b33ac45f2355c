"""The ground everything stands on: the encrypted database, its key, the one write lock and the group writer.

`sqlcipher` is the Django backend of the embedded database; `key` finds or makes the key and derives one key for
each purpose; `shares` prints the key on paper; `lock` lets one writer in at a time; `writer` puts many actions
into one durable commit; `upkeep` keeps the log of writes short and a reserve on the disk. Nothing here knows
what is stored.
"""
