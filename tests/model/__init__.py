"""The fund's office: columns beside the single call."""
