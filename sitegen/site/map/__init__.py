"""What the map shows: points, density, names, colours, columns and texts, as hashed files."""
