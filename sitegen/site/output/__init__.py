"""How files reach the published site: shards, hashed names, staging, checks."""
