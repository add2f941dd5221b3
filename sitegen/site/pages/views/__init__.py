"""What a template of each page is given."""
