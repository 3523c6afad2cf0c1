"""Dialogs: boxes over a screen that ask one thing."""
