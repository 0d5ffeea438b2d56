"""The identity surface as deployed, with clients and residents on it, for real clients and benchmarks."""
