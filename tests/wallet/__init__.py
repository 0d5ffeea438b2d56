"""A reference wallet: what a phone's app has to do, on the command line, against a running server.

`python -m tests.wallet --help`. Of the platform's own code it uses nothing.
"""
