"""The audit: who did and who saw what, in a chain that shows any later change.

Nouns: `AuditEntry`, `AuditHead`, `AuditKey`, `Deed`, `Change`. Verbs: `record`, `record_reads`, `take_back`;
`deed` wraps an action in its one transaction. Entries carry random ids, never names; values stand under a key of the
person's own, and erasing that key leaves the chain whole (PROMISES, consequence 4 and P23).
"""
