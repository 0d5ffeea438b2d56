"""`python -m deploy.demo.relying_party`: listens on localhost at PORT."""

import signal
import sys
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from .app import make_app
from .settings import from_environment


class Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def stop(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def main() -> None:
    signal.signal(signal.SIGTERM, stop)
    settings = from_environment()
    server = make_server("127.0.0.1", settings.port, make_app(settings), threaded=True, request_handler=Quiet)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
