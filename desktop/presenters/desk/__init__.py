"""Pages about this desk: its operators, its backups, its day."""
