"""Tests of rows that become documents."""
