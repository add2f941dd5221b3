"""From stored results to the published site: decide what changed, write, check, exchange, record."""
