"""The building blocks of the screens: they know domain types at most, never the store or the app."""
