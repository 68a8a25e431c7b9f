"""Requests and reports in plain words."""
