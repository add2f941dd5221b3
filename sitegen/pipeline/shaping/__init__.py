"""What `documents.py` is made of: one file per kind of rule."""
