"""`sitegen serve` and `build --watch`: the local preview."""
