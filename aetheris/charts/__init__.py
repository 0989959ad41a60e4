"""I draw: numbers in, frozen geometry out; a template only has to print me."""
