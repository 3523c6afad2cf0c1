"""The store over HTTP: what client and server agree on, and the client."""
