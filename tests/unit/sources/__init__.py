"""Tests of reading rows."""
