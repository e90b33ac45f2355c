"""People on record, and what is on record of them."""

from .parts import (
    Address,
    Channel,
    Consent,
    CustomField,
    CustomValue,
    Identifier,
    PersonTag,
    PublicStatement,
    Source,
    Tag,
)
from .who import (
    Batch,
    Belonging,
    Grant,
    Part,
    PartQuerySet,
    Person,
    PersonQuerySet,
)

__all__ = [
    "Address",
    "Batch",
    "Belonging",
    "Channel",
    "Consent",
    "CustomField",
    "CustomValue",
    "Grant",
    "Identifier",
    "Part",
    "PartQuerySet",
    "Person",
    "PersonQuerySet",
    "PersonTag",
    "PublicStatement",
    "Source",
    "Tag",
]
