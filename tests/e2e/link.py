"""A person's line to the server, which a journey can make deaf or cut."""

import socket
import threading

CHUNK_BYTES = 64 * 1024


class Link:
    """Passes connections on to the server. While it is deaf, what the server answers is lost and
    what the browser sends still arrives: the worst moment to lose a line. A cut ends all
    connections; new ones are taken again at once."""

    def __init__(self, server: str):
        host, port = server.rsplit(":", 1)
        self._server = (host, int(port))
        self._deaf = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def deafen(self) -> None:
        self._deaf.set()

    def cut(self) -> None:
        """Ends what stands, and hears again."""
        with self._lock:
            for end in self._open:
                end.shutdown(socket.SHUT_RDWR)
            self._open.clear()
        self._deaf.clear()

    def _serve(self) -> None:
        while True:
            browser, _ = self._door.accept()
            server = socket.create_connection(self._server)
            with self._lock:
                self._open |= {browser, server}
            for source, target, is_answer in ((browser, server, False), (server, browser, True)):
                work = (source, target, is_answer)
                threading.Thread(target=self._pass_on, args=work, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        try:
            while chunk := source.recv(CHUNK_BYTES):
                if not (is_answer and self._deaf.is_set()):
                    target.sendall(chunk)
        except OSError:
            pass  # either side is gone
        with self._lock:
            for end in (source, target):
                if end in self._open:
                    self._open.discard(end)
                    try:
                        end.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass  # the other side was faster
