"""The store as an HTTP API. It holds no rules: it says who asks, calls the port, and writes down the answer."""
