"""The search index of a map: terms, postings and their shards."""
