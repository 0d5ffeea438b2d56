"""「まちなか交通割引」: a fictional service of another body, signing residents in with a stock OIDC client.

It knows nothing of the platform's code and gets none of its settings.
"""
