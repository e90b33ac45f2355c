"""Gathers the chapters' models for Django; import them from their chapter."""
