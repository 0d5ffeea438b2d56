"""Test cards and the public-key infrastructure behind them: for the demo and the tests, never for production.

Modelled on the JPKI signature-certificate profile, tested with a test PKI, not certified.
"""
