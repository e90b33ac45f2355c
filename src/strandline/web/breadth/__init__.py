"""Breadth: the sections of people an organisation reaches, who belongs to them, and what is heard in them."""
