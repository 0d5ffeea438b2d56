"""`python -m deploy.cards`: OCSP and CRLs of the test cards of the folder CARDS, on localhost at PORT."""

import os
from pathlib import Path

from .pki import CardAuthority
from .responder import Responder


def main() -> None:
    authority = CardAuthority.at(Path(os.environ["CARDS"]))
    Responder(authority, int(os.environ["PORT"])).serve_forever()


if __name__ == "__main__":
    main()
