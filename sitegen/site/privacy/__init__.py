"""What of the documents becomes public, and what is masked in it."""
