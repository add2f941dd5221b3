"""Tests of edits by hand."""
