"""The window without a clerk: the demonstration and the trial of an installed program."""
