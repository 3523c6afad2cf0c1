"""Waiting no longer than one wants: clocks, limits of time, and stops."""
