"""What a client may ask for in its own name (client_credentials). Never attributes of a resident."""

from enum import StrEnum


class MachineScope(StrEnum):
    COMPONENTS_READ = "components.read"
    """The shared catalogue."""
    MUNICIPALITIES_READ = "municipalities.read"
    """The registry: what the code in `resident_of` is called."""
    CONSENTS_REQUEST = "consents.request"
    """To ask residents for their consent, and to see whether they answered."""
    SIGNATURES_VERIFY = "signatures.verify"
    """To have residents' signatures verified."""
