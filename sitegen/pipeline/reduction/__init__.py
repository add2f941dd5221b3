"""Embeddings -> the space that is clustered and the two-dimensional layout."""
