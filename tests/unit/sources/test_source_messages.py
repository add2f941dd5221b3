"""Mailboxes and chats that people export as text."""

import io
import mailbox
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.errors import SourceError
from sitegen.pipeline.sources.data_file import DataFile
from sitegen.pipeline.sources.options import Options
from sitegen.pipeline.sources.readers import read_rows

CHATS = {
    "Android": "31/12/20, 21:15 - Ann: hello\n31/12/20, 21:16 - Bob: hi\nand more\n01/01/21, 09:00 - Ann: new: year\n",
    "Android, 12 hours": "12/31/20, 9:15\u202fPM - Ann: hello\n12/31/20, 9:16 PM - Bob: hi\nand more\n"
    "1/1/21, 9:00 AM - Ann: new: year\n",
    "iPhone": "[31.12.20, 21:15:00] Ann: hello\n\u200e[31.12.20, 21:16:00] Bob: hi\r\nand more\n"
    "[01.01.21, 09:00:00] Ann: new: year\n",
    "year first": "2020/12/31, 21:15 - Ann: hello\n2020/12/31, 21:16 - Bob: hi\nand more\n"
    "2021/1/1, 09:00 - Ann: new: year\n",
}


@pytest.mark.parametrize("content", CHATS.values(), ids=CHATS)
def test_a_whatsapp_chat_is_recognised_and_cut_at_long_pauses(read, content):
    rows, remarks = read("chat.txt", content)
    assert rows == [
        {
            "date": "2020-12-31T21:15:00",
            "messages": [{"role": "Ann", "content": "hello"}, {"role": "Bob", "content": "hi\nand more"}],
        },
        {"date": "2021-01-01T09:00:00", "messages": [{"role": "Ann", "content": "new: year"}]},
    ]
    assert remarks.options == {"format": "whatsapp"}


def test_days_and_months_are_read_so_that_time_runs_forwards(read):
    lines = [f"{month}/{day}/21, 10:00 - Ann: {month} {day}\n" for month, day in ((1, 2), (2, 1), (3, 1))]
    rows, remarks = read("chat.txt", "".join(lines))
    assert [row["date"][:10] for row in rows] == ["2021-01-02", "2021-02-01", "2021-03-01"]
    assert "chat.txt: dates are read month first" in remarks.told


def test_notes_of_the_program_are_counted(read):
    note = "31/12/20, 21:14 - Messages are end-to-end encrypted.\n"
    rows, remarks = read("chat.txt", note + CHATS["Android"])
    assert len(rows) == 2
    assert "chat.txt: 1 notes of WhatsApp itself are left out" in remarks.told


def test_what_is_no_chat_is_told_with_its_line(read):
    with pytest.raises(SourceError, match=r"chat.txt: line 1 is no message of WhatsApp: 'Dear all'") as caught:
        read("chat.txt", "Dear all\n", format="whatsapp")
    assert caught.value.field == "source[0].format"
    with pytest.raises(SourceError, match="its dates fit neither day first, month first, year first"):
        read("chat.txt", "45/45/45, 10:00 - Ann: hello\n", format="whatsapp")
    assert read("notes.txt", "31/12/20 was a day\nof\nnotes\n")[0][0] == {"text": "31/12/20 was a day"}


def mail(text, **headers):
    made = EmailMessage()
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def test_a_mailbox_as_python_writes_it_gives_its_mails(read, tmp_path):
    box = mailbox.mbox(tmp_path / "made.mbox")
    first = mail(
        "Hello\n\nFrom here to there\n", From='"Q, Ann" <ann@example.org>', Subject="Grüße", Message_ID="<1@x>"
    )
    first["Date"] = "Thu, 31 Dec 2020 21:15:00 +0100"
    first.add_attachment(b"secret", maintype="application", subtype="pdf")
    box.add(first)
    second = EmailMessage()
    second["From"] = "bob@example.org"
    second.set_content("<p>Only <b>HTML</b></p>", subtype="html")
    box.add(second)
    box.close()
    rows, _ = read("a.mbox", (tmp_path / "made.mbox").read_bytes())
    assert [(row["id"], row["date"], row["from"], row["subject"]) for row in rows] == [
        ("1@x", "2020-12-31T21:15:00+01:00", "Q, Ann", "Grüße"),
        (None, None, "bob@example.org", None),
    ]
    assert [row["text"].strip() for row in rows] == ["Hello\n\nFrom here to there", "<p>Only <b>HTML</b></p>"]


def test_what_is_no_mailbox_is_told(read):
    with pytest.raises(SourceError, match=r"a\.mbox does not begin with a line `From ` and is no mbox"):
        read("a.mbox", "Dear all\n")


@given(st.binary(max_size=300))
def test_no_mail_ends_the_reading(content):
    data = b"From x@y Thu Dec 31 21:15:00 2020\n" + content
    rows = read_rows(DataFile("a.mbox", lambda: io.BytesIO(data)), Options())
    assert all(isinstance(row["text"], str) for row in rows)


@given(st.sampled_from(["From", "Date", "Subject", "Message-ID"]), st.text(max_size=80))
def test_no_header_ends_the_reading(name, value):
    data = f"From x@y Thu Dec 31 21:15:00 2020\n{name}: {value}\n\nbody\n".encode()
    (row, *_) = read_rows(DataFile("a.mbox", lambda: io.BytesIO(data)), Options())
    assert row.keys() == {"id", "date", "from", "subject", "text"}
