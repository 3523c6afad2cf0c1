"""Screens: they decide what happens, ask the store in worker threads, and give widgets what to show."""
