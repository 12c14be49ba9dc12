# SPDX-License-Identifier: Apache-2.0
# What the stand-ins for cloud APIs (simulated; documented shapes) share: TLS, routes, bearer tokens that run out,
# paging, and faults on demand.  The file "fault" in a stand-in's folder holds words, read at each request:
#   throttle   each path answers 429 with Retry-After twice before it answers
#   storm      429 without end
#   truncate   JSON is cut in its middle, under a length that says it is whole
#   short      the connection ends before the length that was promised
#   expired    tokens have run out as soon as they are given
#   moved      a machine is in another region than before
#   denied     everything but the token is forbidden
#   endless    there is always one more page
#   twice      a resource comes again on a later page, elsewhere
# Each request is a line in the file "asked": method, path, status; never a header.
import http.server
import json
import os
import secrets
import ssl
import time
import urllib.parse


class Refused(Exception):
    def __init__(self, status, body, **headers):
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers


class Cloud:
    """One cloud: routes are functions of (request) by method and a prefix of the path."""

    def __init__(self, folder):
        self.folder, self.tokens, self.tried, self.started = folder, {}, {}, time.time()

    def faults(self):
        try:
            with open(f"{self.folder}/fault") as words:
                return words.read().split()
        except OSError:
            return []

    def number(self, name, otherwise):
        try:
            with open(f"{self.folder}/{name}") as text:
                return int(text.read())
        except (OSError, ValueError):
            return otherwise

    def token_give(self, who, seconds=3600):
        token = secrets.token_urlsafe(48)
        self.tokens[token] = (who, time.time() + (0 if "expired" in self.faults() else seconds))
        return token

    def token_check(self, request, refusal):
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        who, until = self.tokens.get(token, (None, 0))
        if kind != "Bearer" or who is None:
            raise Refused(401, refusal("the bearer token is not one of ours"))
        if time.time() >= until:
            raise Refused(401, refusal("the bearer token has expired"))
        return who

    def throttle(self, request, refusal):
        words, key = self.faults(), (request.method, request.path)
        if "storm" in words:
            raise Refused(429, refusal("too many requests"), **{"Retry-After": "1"})
        if "throttle" in words:
            self.tried[key] = self.tried.get(key, 0) + 1
            if self.tried[key] % 3 != 0:
                raise Refused(429, refusal("too many requests"), **{"Retry-After": "1"})

    def page(self, items, request, size, word):
        """Part of the items and the mark of the next, or None; marks are opaque and checked."""
        given = request.query.get(word)
        if given is not None and not given.startswith("next-"):
            raise Refused(400, {"error": {"code": 400, "message": "no such page"}})
        at = int(given[5:]) if given else 0
        part, end = items[at:at + size], at + size
        if "endless" in self.faults():
            return items[:size], f"next-{end}"
        if "twice" in self.faults() and at > 0 and items:
            part = [self.elsewhere(items[0])] + part
        return part, f"next-{end}" if end < len(items) else None


class Request:
    def __init__(self, handler, method):
        url = urllib.parse.urlsplit(handler.path)
        self.method, self.path, self.target = method, url.path, handler.path
        self.query = dict(urllib.parse.parse_qsl(url.query))
        self.headers, length = handler.headers, int(handler.headers.get("Content-Length") or 0)
        self.body = handler.rfile.read(length)
        self.host = handler.headers.get("Host")

    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode()))

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            raise Refused(400, {"error": {"code": 400, "message": "the body is not JSON"}})


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave together

    def log_message(self, *_):
        pass

    def do(self, method):
        cloud, more = self.server.cloud, {}
        request = Request(self, method)
        try:
            given = cloud.answer(request)
            status, body = 200, given
            if isinstance(given, tuple):
                status, body, more = given
        except Refused as refused:
            status, body, more = refused.status, refused.body, refused.headers
        with open(f"{cloud.folder}/asked", "a") as asked:
            asked.write(f"{method} {request.target} {status}\n")
        self.send(status, json.dumps(body).encode() if body is not None else b"", more, cloud.faults())

    def send(self, status, octets, more, words):
        cut = status == 200 and not self.path.endswith("token")
        if cut and "truncate" in words:
            octets = octets[:len(octets) // 2]
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(octets)))
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        if cut and "short" in words:
            octets, self.close_connection = octets[:len(octets) // 2], True
        if self.command != "HEAD":
            self.wfile.write(octets)
        self.wfile.flush()

    def do_GET(self):
        self.do("GET")

    def do_HEAD(self):
        self.do("HEAD")

    def do_POST(self):
        self.do("POST")


def run(cloud, port, certificate, key):
    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", port), Handler)
    server.cloud = cloud
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


def secret_file(folder, name, content):
    """Readable for its owner alone; the monitor refuses others."""
    with open(os.open(f"{folder}/{name}", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
        json.dump(content, out)
