"""The rules of the house that no linter knows: read from the code, so that a new file is held to them at once."""
