"""Where the data lives: the port (facets by subject) and its implementations."""
