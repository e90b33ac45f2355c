"""Events: what is planned, and the forms by which people sign up for it."""
