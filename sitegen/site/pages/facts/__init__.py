"""What the pages tell, as numbers and typed rows, without a word of HTML."""
