"""One module or folder per command. `cli.py` parses flags and calls these; nothing else imports them."""
