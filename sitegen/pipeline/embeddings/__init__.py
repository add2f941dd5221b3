"""Documents -> sentence embeddings."""
