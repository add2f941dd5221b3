"""Rows of files in each format: tables, JSON, mailboxes, chats."""
