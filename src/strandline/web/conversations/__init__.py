"""The log form: what happened with a person, and what is owed next."""
