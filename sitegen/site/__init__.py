"""Artifacts -> files: renders the published site from stored results; no model is ever loaded here."""
