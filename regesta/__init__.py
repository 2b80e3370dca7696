"""Regesta."""
