"""A Django database backend over SQLCipher: `ENGINE: "strandline.store.sqlcipher"`.

OPTIONS: `key` (32 bytes, or a callable that gives them when the first connection opens), `lock_deadline` and
`timeout` in seconds, `cache_kib`, and those of Django's SQLite backend. The file is made closed to others, on a local
disk, in WAL mode with `synchronous=FULL`; every writer takes one file lock before its transaction begins.
"""
