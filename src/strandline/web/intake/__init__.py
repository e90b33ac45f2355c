"""The door: public forms, the table in the street, paper, and looking after who has just come."""
