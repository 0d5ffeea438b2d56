"""The identity surface as deployed, with clients and residents on it: what real clients and benchmarks need."""
