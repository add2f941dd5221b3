"""Topics -> a short name for each."""
