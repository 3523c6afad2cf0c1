"""The demo company: believable data for everything the card shows, the same for every equal seed and day."""
