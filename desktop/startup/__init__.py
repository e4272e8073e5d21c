"""The parts of a start: settings, imports, fonts, icon, loading, and a place for what fails."""
