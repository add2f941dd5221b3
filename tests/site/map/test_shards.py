"""Data as scripts."""

import base64
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from sitegen.site.output.shards import json_payload, shard


@given(st.binary(max_size=300))
def test_a_shard_reads_back_and_holds_only_base64(unpack, payload):
    script = shard("titles-7", payload).decode("ascii")
    assert re.fullmatch(r'sitegenShard\("titles-7","[A-Za-z0-9+/]+={0,2}"\);\n', script)
    assert unpack(script) == payload


def test_a_shard_is_compressed_and_always_the_same():
    payload = b"the same words again " * 1000
    assert len(shard("points", payload)) < len(payload) / 20
    assert shard("points", payload) == shard("points", payload)


def test_the_header_of_a_shard_is_the_same_on_any_python():
    packed = base64.b64decode(shard("points", b"words").decode("ascii").split('"')[3])
    assert packed[:10].hex(" ") == "1f 8b 08 00 00 00 00 00 00 ff"


TEXT = st.text(st.characters(codec="utf-8"))


@given(st.lists(st.tuples(TEXT, st.none() | TEXT).map(list)))
def test_json_payloads_read_back_whatever_the_text(rows):
    assert json.loads(json_payload(rows).decode("utf-8")) == rows


def test_json_payloads_waste_no_bytes_on_spaces_or_escapes():
    assert json_payload(["é", {"a": 1}]) == '["é",{"a":1}]'.encode()
