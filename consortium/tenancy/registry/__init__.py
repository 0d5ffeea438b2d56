"""The registry of municipalities as data files of ours, and how they were built."""
