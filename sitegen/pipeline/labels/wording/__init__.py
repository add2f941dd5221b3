"""What makes a good name: its words, its form, how well it fits its topic."""
