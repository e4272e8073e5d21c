"""The counter: one patient's form, from the first digit to the posted entry."""
