"""The table of functions, by theme."""
