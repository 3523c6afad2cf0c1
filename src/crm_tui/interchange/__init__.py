"""Files in and out: CSV and vCard become neutral records, records become CSV and vCard."""
