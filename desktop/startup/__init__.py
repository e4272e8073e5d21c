"""The parts of a start: imports, fonts, icon, loading, and a place for what fails."""
