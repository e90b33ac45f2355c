"""What stays: the count of organised ties before, during and after each wave."""
