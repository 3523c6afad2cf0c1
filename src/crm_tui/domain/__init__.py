"""What the customer card holds and the rules it keeps: no I/O, no clock, no screen."""
