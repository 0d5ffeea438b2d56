"""Real clients over HTTP against the running platform."""
