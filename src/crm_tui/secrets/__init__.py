"""Where the token of a server comes from, and where it is kept on this machine: in the system's keyring, else where its
user says. Never as an argument of a command, in a log, a message or a report."""
