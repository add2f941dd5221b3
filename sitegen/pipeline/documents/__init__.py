"""Rows of a source -> documents: one file per kind of rule."""
