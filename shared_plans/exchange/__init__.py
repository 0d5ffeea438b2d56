"""Plans as files that people and other systems take along and bring back."""
