"""Between the program and the terminal: keys in, frames out, signals, crashes, clipboard, links and colours.

`TerminalApp` in `app` puts the parts together; `checks` and `colours` come before any of Textual is imported.
"""
