"""Servers of the kinds that feed a review, real ones on the loopback, and messages such as alerts are."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import asyncssh
import cheroot.wsgi
import pytest
import trustme
from wsgidav.wsgidav_app import WsgiDAVApp

USER, PASSWORD = "alerts", "open sesame"


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port: int, seconds: float = 30) -> None:
    """Returns when somebody listens on the port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on {port}")


@contextlib.contextmanager
def process(*words: object, port: int) -> Iterator[None]:
    """A server as a process of its own, there when the block begins and gone when it ends."""
    running = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield
    finally:
        running.terminate()
        running.wait(10)


def alert(
    subject: str = "AutoAlert: CEN",
    sender: str = "Alerts <alerts@ovid.example>",
    *,
    text: str = "Your alert has new results.\n",
    attachments: dict[str, bytes | str] | None = None,
    message_id: str = "<one@ovid.example>",
    day: datetime = datetime(2026, 10, 31, 6, 0, tzinfo=UTC),
    html: str = "",
) -> EmailMessage:
    """A message as a database's alert sends it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "team@review.example", subject
    message["Date"], message["Message-ID"] = format_datetime(day), message_id
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in (attachments or {}).items():
        data = content.encode() if isinstance(content, str) else content
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


@dataclass
class ImapServer:
    """A running IMAP server behind TLS: its port, and the file with its certificate."""

    port: int
    plain_port: int
    certificate: Path

    def deliver(self, message: EmailMessage | bytes, folder: str = "INBOX") -> None:
        """Puts a message into the mailbox, unseen."""
        content = message if isinstance(message, bytes) else message.as_bytes()
        with self.connect() as client:
            client.append(folder, "", None, content)

    def flags(self) -> list[bytes]:
        """The flags of each message, as the server says them."""
        with self.connect() as client:
            client.select("INBOX", readonly=True)
            return [line for line in client.fetch("1:*", "(FLAGS)")[1] if line]

    def empty(self) -> None:
        """Takes every message away."""
        with self.connect() as client:
            client.select("INBOX")
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()

    @contextlib.contextmanager
    def connect(self) -> Iterator[imaplib.IMAP4]:
        """A client of the test's own."""
        client = imaplib.IMAP4("127.0.0.1", self.plain_port, timeout=20)
        client.login(USER, PASSWORD)
        yield client
        client.logout()


@contextlib.contextmanager
def imap_server(folder: Path) -> Iterator[ImapServer]:
    """pymap, an IMAP server, with TLS before it by a certificate that only `certificate` vouches for."""
    authority = trustme.CA()
    certificate = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    port = free_port()
    words = (
        "--host",
        "127.0.0.1",
        "--port",
        port,
        "--no-tls",
        "dict",
        "--demo-user",
        USER,
        "--demo-password",
        PASSWORD,
    )
    with process(Path(sys.executable).with_name("pymap"), *words, port=port), tls_before(port, context) as outside:
        yield ImapServer(outside, port, certificate)


@contextlib.contextmanager
def tls_before(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """A port on which TLS is spoken, before a server that speaks none."""
    listening = socket.create_server(("127.0.0.1", 0))

    def pump(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                accepted, _ = listening.accept()
                with contextlib.suppress(OSError):
                    client = context.wrap_socket(accepted, server_side=True)
                    server = socket.create_connection(("127.0.0.1", port))
                    threading.Thread(target=pump, args=(client, server), daemon=True).start()
                    threading.Thread(target=pump, args=(server, client), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


@contextlib.contextmanager
def silent_server() -> Iterator[int]:
    """A port that accepts everybody and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@dataclass
class SftpServer:
    """A running SFTP server: its port, the folder that it serves, and the line of known_hosts that vouches for it."""

    port: int
    folder: Path
    known_host: str


@contextlib.contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """asyncssh's SFTP server, for one user, in a thread of its own."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()

    class OneUser(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (USER, PASSWORD)

    listening = loop.run_until_complete(
        asyncssh.listen("127.0.0.1", 0, server_factory=OneUser, server_host_keys=[key], sftp_factory=True)
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    port = listening.get_port()
    public = " ".join(key.export_public_key().decode().split()[:2])
    yield SftpServer(port, folder, f"[127.0.0.1]:{port} {public}\n")
    asyncio.run_coroutine_threadsafe(_stop(listening), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


async def _stop(server: asyncssh.SSHAcceptor) -> None:
    server.close()
    await server.wait_closed()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """moto's S3 server; its address."""
    port = free_port()
    with process(Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", port, port=port):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def webdav_server(folder: Path) -> Iterator[int]:
    """wsgidav behind cheroot, for one user; its port."""
    config = {
        "provider_mapping": {"/": str(folder)}, "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
        "verbose": 0, "logging": {"enable": False},
    }  # fmt: skip
    server = cheroot.wsgi.Server(("127.0.0.1", 0), WsgiDAVApp(config))
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server.bind_addr[1]
    server.stop()


@contextlib.contextmanager
def smb_server(folder: Path) -> Iterator[int]:
    """impacket's SMB server, for one user, with the folder as its share 'team'; its port.

    It is not among what the tests install: virus scanners dislike its other programs, which have the names of libraries.
    """
    program = Path(sys.executable).with_name("smbserver.py")
    if not program.exists():
        pytest.skip("no SMB server: pip install impacket")
    port = free_port()
    words = (
        "-smb2support",
        "-ip",
        "127.0.0.1",
        "-port",
        port,
        "-username",
        USER,
        "-password",
        PASSWORD,
        "team",
        folder,
    )
    with process(sys.executable, program, *words, port=port):
        yield port
