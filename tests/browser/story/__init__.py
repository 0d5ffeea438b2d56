"""The issue's journey as its users click it; a module per chapter."""
