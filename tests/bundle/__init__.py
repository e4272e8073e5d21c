"""The bundle as it is installed and started."""
