"""What a PASS is worth: corrupt derivatives, and see which checks notice."""
