"""A mailbox: as much of IMAP4rev1 (RFC 3501), over TLS, as it takes to list and read the messages of one folder."""

from __future__ import annotations

import ipaddress
import re
import socketserver
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')
_READ_ONLY = (b"CAPABILITY", b"NOOP", b"LOGIN", b"SELECT", b"EXAMINE", b"UID", b"CLOSE", b"UNSELECT", b"LOGOUT")


class Mailbox:
    """Messages in their order, the first with the uid 1; nothing that a client says changes them."""

    def __init__(self, user: str, password: str) -> None:
        self.user, self.password = user, password
        self.messages: list[bytes] = []
        self.port = 0
        self.certificate = b""


@contextmanager
def serving(mailbox: Mailbox, port: int = 0) -> Iterator[Mailbox]:
    """The mailbox on a port of the loopback, a free one by default, for as long as the block runs, with a certificate made for it.

    Raises OSError where it may not have the port.
    """
    mailbox.certificate, context = _make_certificate()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError, ssl.SSLError), context.wrap_socket(self.request, server_side=True) as secure:
                secure.settimeout(60)
                _Conversation(mailbox, secure).hold()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", port), Session) as server:
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()


class _Conversation:
    """One client, from the greeting to its logout."""

    def __init__(self, mailbox: Mailbox, secure: ssl.SSLSocket) -> None:
        self._mailbox, self._secure = mailbox, secure
        self._logged_in = False

    def hold(self) -> None:
        """Answers each line."""
        self._say(b"* OK the mailbox of a worked example")
        with self._secure.makefile("rb") as lines:
            for line in lines:
                tag, _, rest = line.strip().partition(b" ")
                command, _, words = rest.partition(b" ")
                self._answer(tag, command.upper(), words)
                if command.upper() == b"LOGOUT":
                    return

    def _answer(self, tag: bytes, command: bytes, words: bytes) -> None:
        if command not in _READ_ONLY:
            self._say(tag + b" BAD this mailbox can only be read")
        elif command == b"LOGIN":
            expected = [self._mailbox.user.encode(), self._mailbox.password.encode()]
            self._logged_in = _split(words) == expected
            self._say(
                tag + (b" OK welcome" if self._logged_in else b" NO [AUTHENTICATIONFAILED] wrong user or password")
            )
        elif command in (b"CAPABILITY", b"NOOP", b"LOGOUT"):
            self._say({b"CAPABILITY": b"* CAPABILITY IMAP4rev1", b"LOGOUT": b"* BYE"}.get(command, b"* OK"))
            self._say(tag + b" OK done")
        elif not self._logged_in:
            self._say(tag + b" NO log in first")
        else:
            self._answer_reader(tag, command, words)

    def _answer_reader(self, tag: bytes, command: bytes, words: bytes) -> None:
        if command in (b"SELECT", b"EXAMINE"):
            if [word.upper() for word in _split(words)] != [b"INBOX"]:
                self._say(tag + b" NO there is no such folder")
                return
            for line in (
                b"* %d EXISTS" % len(self._mailbox.messages),
                b"* 0 RECENT",
                b"* FLAGS ()",
                b"* OK [UIDVALIDITY 1]",
            ):
                self._say(line)
            self._say(tag + b" OK [READ-ONLY] done")
            return
        if command == b"UID":
            what, _, rest = words.partition(b" ")
            if what.upper() == b"SEARCH":
                uids = range(1, len(self._mailbox.messages) + 1)
                self._say(b" ".join([b"* SEARCH", *(b"%d" % uid for uid in uids)]))
            elif what.upper() == b"FETCH":
                uids_asked, _, parts = rest.partition(b" ")
                for uid in _read_uids(uids_asked, len(self._mailbox.messages)):
                    self._send_message(uid, parts.upper())
        self._say(tag + b" OK done")

    def _send_message(self, uid: int, parts: bytes) -> None:
        content = self._mailbox.messages[uid - 1]
        body = content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if b"[HEADER]" in parts else content
        name = b"BODY[HEADER]" if b"[HEADER]" in parts else b"BODY[]"
        told = b"* %d FETCH (UID %d FLAGS () RFC822.SIZE %d %s {%d}" % (uid, uid, len(content), name, len(body))
        self._secure.sendall(told + b"\r\n" + body + b")\r\n")

    def _say(self, line: bytes) -> None:
        self._secure.sendall(line + b"\r\n")


def _split(words: bytes) -> list[bytes]:
    """Words and quoted texts of a command."""
    return [
        re.sub(rb"\\(.)", rb"\1", quoted) if quoted else other or word for quoted, other, word in _WORD.findall(words)
    ]


def _read_uids(asked: bytes, count: int) -> list[int]:
    """The uids of a set such as 1,3:5 or 2:*, as far as there are such messages."""
    found: list[int] = []
    for part in asked.split(b","):
        first, _, last = part.partition(b":")
        ends = [count if word == b"*" else int(word) for word in (first, last or first)]
        found += [uid for uid in range(min(ends), max(ends) + 1) if 1 <= uid <= count]
    return found


def _make_certificate() -> tuple[bytes, ssl.SSLContext]:
    """A certificate for the loopback, good for a day or two, and what a server needs to show it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailbox of a worked example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown = certificate.public_bytes(serialization.Encoding.PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:  # ssl reads keys from files only
        path = Path(folder) / "server.pem"
        path.touch(mode=0o600)
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + shown
        )
        context.load_cert_chain(path)
    return shown, context
