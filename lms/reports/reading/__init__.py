"""What the reports of the catalogue read, a module for each: statements and plain rows, no words."""
