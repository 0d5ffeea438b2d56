"""Fictional services of other bodies, one for each sector, signing residents in with a stock OIDC client.

They know nothing of the platform's code and get none of its settings.
"""
