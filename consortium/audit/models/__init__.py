from .log import SEALER, Event, Seal, SealedLog

__all__ = ["SEALER", "Event", "Seal", "SealedLog"]
