"""Embeddings -> the documents that are nearest to each by their vectors, not by their places on the map."""
