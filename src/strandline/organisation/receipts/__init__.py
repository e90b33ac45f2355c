"""Receipts: a request that was carried out once is answered, not repeated.

Nouns: `Receipt`. A way in hands an action a `Once` (the client's token and a fingerprint of what was asked);
the same token with the same words gets the first result again, with other words it is refused (PROMISES P9).
Verbs: `claim_slot`, by which a scheduled task is enqueued once, and `forget_old`.
"""
