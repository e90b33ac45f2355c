"""People: who someone is, how to reach them, how they were met, and who may see them.

Nouns: `Person`, `Channel`, `Address`, `Source`, `Identifier`, `Tag`, `CustomField`, `Consent`, `Belonging`, `Grant`,
`Batch`. Verbs: `add_person`, `edit_person`, `share_person`, `open_with_reason`. Nobody gets a person except through
`Person.objects.visible_to(viewer)`.
"""
