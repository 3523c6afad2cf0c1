"""The store in SQL: a module per facet, plain statements with named parameters."""
