"""Between a client and its server: remembers what was said, and says it again as fast as a network would.

What a server needs to make an answer is not what a client is measured by. Standard library only.
"""

import http.client
import http.server
import socket
import socketserver
import threading
import time
import urllib.parse

PIECE = 64 * 1024


def send(connection: socket.socket, content: bytes, bits_a_second: float | None) -> None:
    """All of it, no faster than this."""
    if bits_a_second is None:
        connection.sendall(content)
        return
    start = time.perf_counter()
    view = memoryview(content)
    for at in range(0, len(content), PIECE):
        early = at * 8 / bits_a_second - (time.perf_counter() - start)
        if early > 0.001:
            time.sleep(early)
        connection.sendall(view[at : at + PIECE])


class ClickHouseRelay:
    """Passes questions on. Rows that it has seen asked for it gives by itself, at its own pace, once `replays` is set."""

    def __init__(self, port: int):
        self.upstream = port
        self.replays = False
        self.bits_a_second: float | None = None
        # The parameters, the head and the text of each question for rows, and the answer.
        self.questions: list[tuple[list[tuple[str, str]], dict[str, str], bytes]] = []
        self.answers: dict[tuple, tuple[list[tuple[str, str]], bytes]] = {}
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                relay.answer(self)

            def log_message(self, *_words) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, request: http.server.BaseHTTPRequestHandler) -> None:
        body = read_body(request)
        parameters = urllib.parse.parse_qsl(urllib.parse.urlsplit(request.path).query, keep_blank_values=True)
        asks_rows = dict(parameters).get("default_format") == "ArrowStream"
        # Each question has another id.
        asked = (tuple(pair for pair in parameters if pair[0] != "query_id"), body)
        if self.replays and asked in self.answers:
            headers, content = self.answers[asked]
            said = "".join(f"{name}: {value}\r\n" for name, value in headers)
            head = f"HTTP/1.1 200 OK\r\n{said}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
            request.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            request.connection.sendall(head.encode())
            send(request.connection, content, self.bits_a_second)
            request.close_connection = True
            return
        headers = {name: value for name, value in request.headers.items() if name.lower() not in ("host", "transfer-encoding")}
        headers["Content-Length"] = str(len(body))
        upstream = http.client.HTTPConnection("127.0.0.1", self.upstream)
        upstream.request("POST", request.path, body, headers)
        answer = upstream.getresponse()
        content = answer.read()
        passed = [
            (name, value)
            for name, value in answer.getheaders()
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "keep-alive", "server", "date")
        ]
        if asks_rows and answer.status == 200:
            known = ("x-clickhouse", "authorization", "content-type", "accept-encoding")
            keep = {name: value for name, value in headers.items() if name.lower().startswith(known)}
            self.questions.append((parameters, keep, body))
            self.answers[asked] = passed, content
        request.send_response(answer.status)
        for name, value in passed:
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)
        upstream.close()


def read_body(request: http.server.BaseHTTPRequestHandler) -> bytes:
    if "chunked" not in request.headers.get("Transfer-Encoding", ""):
        return request.rfile.read(int(request.headers.get("Content-Length", 0)))
    body = b""
    while size := int(request.rfile.readline().split(b";")[0], 16):
        body += request.rfile.read(size)
        request.rfile.readline()
    request.rfile.readline()
    return body


def read_message(connection: socket.socket) -> bytes | None:
    """A message of TDS: packets up to the one that says it is the last. `None` at the end."""
    message = b""
    while True:
        head = exactly(connection, 8)
        if head is None:
            return None
        rest = exactly(connection, int.from_bytes(head[2:4], "big") - 8)
        if rest is None:
            return None
        message += head + rest
        if head[1] & 1:
            return message


def exactly(connection: socket.socket, count: int) -> bytes | None:
    content = b""
    while len(content) < count:
        more = connection.recv(count - len(content))
        if not more:
            return None
        content += more
    return content


class TdsRelay:
    """Passes an unencrypted conversation on and remembers it; says the remembered answers again once `replays` is set.

    The same client says the same things: the k-th message of a connection is answered as the k-th was."""

    def __init__(self, port: int):
        self.upstream = port
        self.replays = False
        self.bits_a_second: float | None = None
        self.conversations: list[list[bytes]] = []
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if relay.replays:
                    relay.replay(self.request)
                else:
                    relay.record(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def record(self, client: socket.socket) -> None:
        answers: list[bytes] = []
        with socket.create_connection(("127.0.0.1", self.upstream)) as server:
            while (message := read_message(client)) is not None:
                server.sendall(message)
                answer = read_message(server)
                if answer is None:
                    break
                answers.append(answer)
                client.sendall(answer)
        # What ends with the longest answer was worth remembering.
        self.conversations.append(answers)

    def replay(self, client: socket.socket) -> None:
        answers = max(self.conversations, key=lambda answers: sum(map(len, answers)))
        for answer in answers:
            if read_message(client) is None:
                return
            send(client, answer, self.bits_a_second)
        read_message(client)
