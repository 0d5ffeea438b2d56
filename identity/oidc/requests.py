"""The request as Authlib passes it from hook to hook."""

from authlib.integrations.django_oauth2.requests import DjangoOAuth2Request


class ProviderRequest(DjangoOAuth2Request):
    """jkt: thumbprint of the key whose proof of possession came with it (RFC 9449); empty for none."""

    jkt: str = ""
