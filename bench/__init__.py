"""Benchmarks: what crm-tui costs, as ratios of one run and medians; nothing here is a test."""
