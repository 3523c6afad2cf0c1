"""crm-tui: the customer card of a professional-services CRM, in the terminal."""

__version__ = "0.1.0"
