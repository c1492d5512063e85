"""The clients' own receiver of notifications: HTTPS on 127.0.0.1 with a certificate of the clients' own authority."""
import http.server
import os
import ssl
import threading
import time
from urllib.parse import parse_qs, urlsplit


class Receiver:
    def __init__(self):
        self.seen = []  # (headers with small names, text)
        receiver = self

        class Door(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                token = parse_qs(urlsplit(self.path).query).get("validationToken", [""])[0]
                receiver.seen.append(({name.lower(): value for name, value in self.headers.items()}, token or text))
                self.send_response(200 if token else 202 if text else 204)
                if token:
                    self.send_header("Content-Type", "text/plain")
                    self.send_header("Content-Length", str(len(token.encode())))
                self.end_headers()
                self.wfile.write(token.encode())

            def log_message(self, *_):
                pass

        folder = os.environ["CALRIG_CLIENTS"]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, "receiver.pem"), os.path.join(folder, "receiver.key"))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.address = f"https://127.0.0.1:{self._server.server_address[1]}/notify"

    def first(self, wanted):
        """The first (headers, text) that `wanted` likes, waited for up to ten seconds."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            for one in list(self.seen):
                if wanted(*one):
                    return one
            time.sleep(0.05)
        raise AssertionError(f"nothing of that kind came; what came: {self.seen}")

    def close(self):
        self._server.shutdown()
        self._server.server_close()
