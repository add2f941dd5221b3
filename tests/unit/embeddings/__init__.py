"""Tests of vectors, neighbours and places."""
