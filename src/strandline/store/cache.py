"""The cache in the database, for what must be counted across processes: tries to sign in, and what was sent to whom."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import router, transaction


class Cache(DatabaseCache):
    """Django's own, except that a database that cannot be written is an error and not a lost race.

    Django answers False to both, and who counts tries to sign in reads that as one try too many: people would be told to
    wait for five minutes because somebody else's list is being stored.
    """

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        with transaction.atomic(using=router.db_for_write(self.cache_model_class)):
            kept: bool = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]  # its types leave it out
            return kept
