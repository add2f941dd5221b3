"""Rows of a mailbox in the format mbox (RFC 4155): one for each mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from sitegen.errors import SourceError
from sitegen.pipeline.sources.data_file import DataFile, chunks
from sitegen.pipeline.sources.options import Options

BEGIN = re.compile(rb"From \S+.*\d{4}\s*$")
QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
PARSER = BytesParser(policy=policy.default)


def mail_rows(file: DataFile, _: Options) -> Iterator[dict[str, object]]:
    """Return `id`, `date`, `from` (a name, or an address where there is none), `subject` and `text` of each mail.

    Attachments are left out. A mail in HTML only gives HTML.

    Raises:
        SourceError: the file does not begin with a mail.
    """
    for data in _mails(file):
        mail = PARSER.parsebytes(QUOTED.sub(rb"\1", data))
        senders = getattr(_header(mail, "from"), "addresses", ())
        sent = getattr(_header(mail, "date"), "datetime", None)
        subject = _header(mail, "subject")
        yield {
            "id": str(_header(mail, "message-id") or "").strip().strip("<>") or None,
            "date": sent.isoformat() if sent else None,
            "from": (senders[0].display_name or senders[0].addr_spec) if senders else None,
            "subject": None if subject is None else str(subject),
            "text": _text(mail),
        }


def _header(mail: EmailMessage, name: str) -> object:
    """Return a header, None if it is not there or the library fails on what stands in it."""
    try:
        return mail[name]
    except Exception:  # headers of real mailboxes raise IndexError, AttributeError and others in the parser
        return None


def _mails(file: DataFile) -> Iterator[bytes]:
    """Return the bytes of each mail: it begins at a line `From …` at the start or behind a blank line."""
    mail: list[bytes] | None = None
    blank = True
    for line in _lines(file):
        if blank and BEGIN.match(line):
            if mail is not None:
                yield b"".join(mail)
            mail = []
        elif mail is not None:
            mail.append(line)
        elif line.strip():
            raise SourceError(f"{file.name} does not begin with a line `From ` and is no mbox", "format")
        blank = not line.strip()
    if mail is not None:
        yield b"".join(mail)


def _lines(file: DataFile) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(file):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # an encoding that nobody knows
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
