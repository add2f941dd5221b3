"""The reduced space -> one cluster per document."""
