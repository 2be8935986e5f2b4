"""The HTTP host: Waitress on a loopback port, in threads of this process."""

import contextlib
import logging
import threading
from typing import TYPE_CHECKING

from waitress import wasyncore
from waitress.server import create_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 8
CONNECTION_LIMIT = 10_000

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # queued requests are expected


class Host:
    """A threaded WSGI server on its own loopback port, in threads of this process."""

    def __init__(self, application: "WSGIApplication", *, threads: int = THREADS) -> None:
        self._server = create_server(
            application,
            host="127.0.0.1",
            port=0,
            threads=threads,
            connection_limit=CONNECTION_LIMIT,
            asyncore_use_poll=True,  # select() is limited to 1,024 file descriptors
            clear_untrusted_proxy_headers=False,
            ident=None,
        )
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._serve, name="gristmill-host", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            self._server.run()

    def close(self) -> None:
        """Stop the server, close its connections and free the port. Idempotent."""
        if self._thread.is_alive():
            trigger = self._server.trigger
            with trigger.lock:  # otherwise the loop could close the trigger before it is pulled
                trigger.thunks.append(self._hang_up)
                trigger._physical_pull()
            self._thread.join(timeout=5)
        self._server.task_dispatcher.shutdown()

    def _hang_up(self) -> None:
        """Close all sockets, within the server's loop, so that the loop ends."""
        wasyncore.close_all(self._server._map, ignore_all=True)
