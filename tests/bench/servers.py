"""Servers on loopback that go with the program which started them. Standard library only."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

USERS = """<clickhouse>
  <profiles><default></default><reading><readonly>1</readonly></reading></profiles>
  <quotas><default></default></quotas>
  <users>
    <default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default>
    <reader><password></password><networks><ip>::/0</ip></networks><profile>reading</profile><quota>default</quota></reader>
  </users>
</clickhouse>
"""
CONFIG = "<clickhouse><logger><level>none</level></logger><users_config>{}</users_config></clickhouse>"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class ClickHouse:
    """A real engine with a user `reader` who may only read."""

    def __init__(self, library: str):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory(prefix="wr-bench-clickhouse-")
        folder = pathlib.Path(self.folder.name)
        (folder / "users.xml").write_text(USERS)
        (folder / "config.xml").write_text(CONFIG.format(folder / "users.xml"))
        listen = "SYSTEM START LISTEN HTTP; SELECT count() FROM file('stdin', LineAsString, 'line String') FORMAT Null"
        self.child = subprocess.Popen(
            [
                sys.executable,
                str(ROOT / "tests" / "clickhouse_server" / "launch.py"),
                library,
                f"--path={folder / 'data'}",
                "--listen_host=127.0.0.1",
                f"--http_port={self.port}",
                f"--config-file={folder / 'config.xml'}",
                "--query",
                listen,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                self.run("SELECT 1")
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("the ClickHouse engine does not answer")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, statement: str) -> str:
        return ask(self.url, [], statement.encode())[0].decode()

    def stop(self) -> None:
        self.child.stdin.close()
        self.child.kill()
        self.child.wait()
        self.folder.cleanup()


def ask(url: str, parameters: list[tuple[str, str]], body: bytes, headers: dict[str, str] | None = None) -> tuple[bytes, dict]:
    """The answer of a ClickHouse server and what stands at its head."""
    request = urllib.request.Request(f"{url}/?{urllib.parse.urlencode(parameters)}", body, headers or {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        sys.exit(f"ClickHouse: {error.read().decode(errors='replace')}\n{body.decode(errors='replace')[:2000]}")


class SqlServer:
    """The TDS test server with what a batch makes."""

    def __init__(self, program: pathlib.Path, batch: str):
        self.folder = tempfile.TemporaryDirectory(prefix="wr-bench-tds-")
        setup = pathlib.Path(self.folder.name) / "setup.sql"
        setup.write_text(batch)
        command = [str(program), "--encryption", "none", "--user", "reader", "--password", "pw", "--setup", str(setup)]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.child.stdout.readline())

    def stop(self) -> None:
        self.child.stdin.close()
        self.child.wait()
        self.folder.cleanup()


class Demo:
    """The servers of the sample project."""

    def __init__(self, program: pathlib.Path, library: str):
        environment = os.environ | {"WR_TEST_CLICKHOUSE": library}
        self.child = subprocess.Popen([str(program)], env=environment, stderr=subprocess.PIPE, text=True)
        for line in self.child.stderr:
            if "Ctrl-C" in line:
                return
        sys.exit("the servers of the sample project do not start")

    url = "http://127.0.0.1:18123"

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait()
