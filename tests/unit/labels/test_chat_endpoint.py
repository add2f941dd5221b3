"""A labeller behind an OpenAI-compatible endpoint, against a server on the loopback and all its moods."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sitegen.config import LabelsConfig, RuntimeConfig
from sitegen.errors import ModelError
from sitegen.pipeline import Context
from sitegen.pipeline.labels.language_model import openai_labeller
from sitegen.pipeline.labels.language_model.labeller import Generation, Reply
from sitegen.pipeline.labels.language_model.openai_labeller import ChatEndpoint, is_this_machine

CHATS = [[{"role": "user", "content": f"question {number}"}] for number in range(3)]
SECRET = "sk-very-secret"
PLAIN = Generation(12)


@dataclass
class Server:
    """Speaks as vLLM, the server of llama.cpp and Ollama do.

    Attributes:
        moods: what the next requests get instead of an answer, in order: a status, or a way to fail.
        requests: bodies of the requests; `headers`: their headers.
        over: that the test has ended, and with it the wait for a slow answer.
    """

    moods: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    server_state: Server

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server_state.requests.append("GET")
        self.send_error(405)

    def do_POST(self):
        state = self.server_state
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state.requests.append(body)
        state.headers.append(dict(self.headers))
        mood = state.moods.pop(0) if state.moods else "fine"
        if self.path != "/v1/chat/completions":
            self.say(404, {"error": {"message": "Not Found"}})
        elif mood == "fine":
            self.say(200, completion(f"answer to {body['messages'][-1]['content']}"))
        elif mood == "slow":
            state.over.wait(60)
            self.close_connection = True
        elif mood == "closed":
            self.close_connection = True
        elif mood == "half":
            self.send_response(200)
            self.send_header("Content-Length", "9999")
            self.end_headers()
            self.wfile.write(b'{"choices"')
        elif mood == "moved":
            self.send_response(302)
            self.send_header("Location", state.url + "/elsewhere")
            self.end_headers()
        elif isinstance(mood, tuple):
            self.say(*mood)
        elif isinstance(mood, int):
            self.say(
                mood, {"error": {"message": f"it is {mood}\n{self.headers['Authorization']}\x07"}}, {"Retry-After": "0"}
            )
        else:
            self.say(200, mood)

    def say(self, status, content, headers=()):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **dict(headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def completion(content):
    return {
        "id": "c",
        "object": "chat.completion",
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(openai_labeller, "FIRST_WAIT_S", 0.01)
    state = Server()
    handler = type("Bound", (Handler,), {"server_state": state})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        state.url = f"http://127.0.0.1:{running.server_port}/v1"
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield state
        state.over.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def ask(server, tmp_path, report):
    """Asks the questions, one at a time unless told otherwise."""

    def run(chats=CHATS[:1], *, timeout=20.0, at_once=1, generation=PLAIN, **options):
        runtime = RuntimeConfig(labels_batch_size=at_once, endpoint_timeout=timeout)
        config = LabelsConfig(**{"model": "m", "endpoint": server.url, **options})
        context = Context(tmp_path, runtime, report, tmp_path, tmp_path)
        return [each.texts for batch in ChatEndpoint(config).answer(chats, generation, context) for each in batch]

    return run


def test_each_chat_gets_its_answer_in_whatever_order_it_is_sent(ask, server):
    assert ask(CHATS, at_once=3) == [[f"answer to question {number}"] for number in range(3)]
    assert len(server.requests) == 3


def test_the_request_says_model_chat_and_settings(ask, server, monkeypatch):
    monkeypatch.setenv("LLM_TOKEN", SECRET)
    ask(token_env="LLM_TOKEN", generation=Generation(12, 4, 0.5, 0.9, 1.1, 7))
    assert server.requests == [
        {
            "model": "m",
            "messages": CHATS[0],
            "max_tokens": 12,
            "temperature": 0.5,
            "top_p": 0.9,
            "seed": 7,
            "repetition_penalty": 1.1,
        }
    ]
    assert server.headers[0]["Authorization"] == f"Bearer {SECRET}"


def test_what_not_every_server_knows_is_not_sent_without_need(ask, server):
    ask()
    assert "repetition_penalty" not in server.requests[0]
    assert "Authorization" not in server.headers[0]


PASSING = {
    "busy": [429],
    "busy twice": [429, 503],
    "broken": [500],
    "closed connection": ["closed"],
    "half an answer": ["half"],
    "too slow": ["slow"],
    "no JSON": [b"<html>"],
    "no completion": [{"object": "list"}],
    "no choice": [{"choices": []}],
    "no text": [{"choices": [{"message": {"content": 3}}]}],
}


@pytest.mark.parametrize("moods", PASSING.values(), ids=PASSING.keys())
def test_what_passes_is_asked_again(ask, server, moods):
    server.moods = list(moods)
    assert ask(timeout=1 if "slow" in moods else 20) == [["answer to question 0"]]
    assert len(server.requests) == len(moods) + 1


LASTING = {
    "busy": (429, r"answers 429 Too Many Requests \(it is 429 None\), 5 times"),
    "closed connection": ("closed", "cannot be reached"),
    "too slow": ("slow", "cannot be reached: timed out"),
    "no JSON": (b"<html>", "answers what is no chat completion, 5 times"),
}


@pytest.mark.parametrize(("mood", "told"), LASTING.values(), ids=LASTING.keys())
def test_what_does_not_pass_is_an_error_that_names_the_host(ask, server, mood, told):
    server.moods = [mood] * 9
    with pytest.raises(ModelError, match=told) as caught:
        ask(timeout=0.1 if mood == "slow" else 20)
    assert str(caught.value).startswith(server.url.split("/")[2])
    assert caught.value.field == "labels.endpoint"
    # who gives up soon may do so before the server has read what was asked
    end = time.monotonic() + 20
    while len(server.requests) < 5 and time.monotonic() < end:
        time.sleep(0.01)
    assert len(server.requests) == 5


REFUSED = {
    "a token is wanted": (401, {}, "wants a token; name its environment variable in token_env", "labels.endpoint"),
    "a token is refused": (401, {"token_env": "LLM_TOKEN"}, "refuses the token in LLM_TOKEN", "labels.token_env"),
    "forbidden": (403, {"token_env": "LLM_TOKEN"}, "refuses the token in LLM_TOKEN", "labels.token_env"),
    "no such model": (404, {}, "has no model 'm', or no API at this path", "labels.model"),
    "a setting it does not know": (400, {}, r"answers 400 Bad Request \(it is 400", "labels.endpoint"),
    "elsewhere": ("moved", {}, "answers 302", "labels.endpoint"),
}


@pytest.mark.parametrize(("mood", "options", "told", "field"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_is_told_at_once_without_the_token(ask, server, monkeypatch, mood, options, told, field):
    monkeypatch.setenv("LLM_TOKEN", SECRET)
    server.moods = [mood]
    with pytest.raises(ModelError, match=told) as caught:
        ask(**options)
    assert caught.value.field == field
    assert SECRET not in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(server.requests) == 1


SAYINGS = {
    "OpenAI, vLLM": ({"error": {"message": "no such model"}}, r"Bad Request \(no such model\)$"),
    "Ollama": ({"error": "no such model"}, r"Bad Request \(no such model\)$"),
    "transformers serve": ({"detail": "no such model"}, r"Bad Request \(no such model\)$"),
    "nothing": ({}, "Bad Request$"),
    "no object": ([1], "Bad Request$"),
    "no JSON": (b"<html>no such model", "Bad Request$"),
}


@pytest.mark.parametrize(("content", "told"), SAYINGS.values(), ids=SAYINGS.keys())
def test_what_a_server_says_about_an_error_is_told(ask, server, content, told):
    server.moods = [(400, content)]
    with pytest.raises(ModelError, match=told):
        ask()


def test_answers_before_a_failure_arrive(server, tmp_path, report):
    server.moods = ["fine", 401]
    config = LabelsConfig(model="m", endpoint=server.url)
    context = Context(tmp_path, RuntimeConfig(labels_batch_size=1), report, tmp_path, tmp_path)
    arriving = ChatEndpoint(config).answer(CHATS, Generation(12), context)
    assert next(arriving) == [Reply(["answer to question 0"])]
    with pytest.raises(ModelError):
        next(arriving)


def test_a_server_that_is_not_there_is_an_error_in_words(ask):
    with pytest.raises(ModelError, match=r"^127.0.0.1:9 cannot be reached: .*refused"):
        ask(endpoint="http://127.0.0.1:9/v1")


def test_a_wrong_path_is_told(ask, server):
    with pytest.raises(ModelError, match="no API at this path"):
        ask(endpoint=server.url + "/v2")


def test_a_token_that_is_not_set_is_told_before_any_request(ask, server, monkeypatch):
    monkeypatch.delenv("LLM_TOKEN", raising=False)
    with pytest.raises(ModelError, match="environment variable LLM_TOKEN is not set"):
        ask(token_env="LLM_TOKEN")
    assert server.requests == []


def test_an_answer_without_text_is_empty_and_a_huge_one_is_cut(ask, server):
    server.moods = [completion(None)]
    assert ask() == [[""]]
    server.moods = [completion("x" * 100_000)]
    assert [len(answer) for (answer,) in ask()] == [50_000]


def test_what_is_meant_for_this_machine_does_not_take_a_proxy(ask, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert ask() == [["answer to question 0"]]


SYSTEM = {"role": "system", "content": "Name it."}


def refusing(name, status=400, **error):
    """A server that refuses what a request has of this name, as they word it."""
    return status, {"error": {"message": f"Unsupported parameter: '{name}' is not supported.", **error}}


ADAPTED = {
    "max_tokens": (refusing("max_tokens"), {"max_tokens": None, "max_completion_tokens": 12}),
    "temperature": (refusing("temperature", code="unsupported_value"), {"temperature": None}),
    "seed": (
        (422, {"object": "error", "message": {"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs"}]}}),
        {"seed": None},
    ),
    "temperature, one value": (
        (400, {"error": {"message": "'temperature' does not support 0.0. Only the default (1) value is supported."}}),
        {"temperature": 1},
    ),
    "top_p": (refusing("top_p"), {"top_p": None}),
    "repetition_penalty": (refusing("repetition_penalty"), {"repetition_penalty": None}),
}


@pytest.mark.parametrize(("mood", "sent"), ADAPTED.values(), ids=ADAPTED.keys())
def test_a_refused_parameter_is_left_out_or_renamed_afterwards(ask, server, mood, sent):
    server.moods = [mood]
    assert ask(CHATS, generation=Generation(12, repetition_penalty=1.1)) == [
        [f"answer to question {number}"] for number in range(3)
    ]
    assert len(server.requests) == 4
    for request in server.requests[1:]:
        assert {name: request.get(name) for name in sent} == sent


@pytest.mark.parametrize(
    "mood",
    [
        (400, {"error": {"message": "System role not supported", "type": "BadRequestError", "code": 400}}),
        (500, {"error": {"code": 500, "message": "Jinja Exception: System role not supported"}}),
    ],
)
def test_a_model_without_a_system_role_reads_it_in_the_question(ask, server, mood):
    server.moods = [mood]
    ask([[SYSTEM, *chat] for chat in CHATS])
    assert server.requests[-1]["messages"] == [{"role": "user", "content": "Name it.\n\nquestion 2"}]
    assert len(server.requests) == 4


def test_a_server_may_refuse_several_things(ask, server):
    server.moods = [refusing("max_tokens"), refusing("temperature"), refusing("seed")]
    assert ask() == [["answer to question 0"]]
    assert server.requests[-1].keys() == {"model", "messages", "max_completion_tokens", "top_p"}


def test_what_is_refused_although_it_is_left_out_is_an_error(ask, server):
    server.moods = [refusing("seed")] * 9
    with pytest.raises(ModelError, match="'seed' is not supported"):
        ask()
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "mood",
    [
        (400, {"error": {"message": "Triggers our content management policy.", "code": "content_filter"}}),
        (400, {"error": {"message": "blocked", "code": "content_filter", "param": "prompt"}}),
    ],
)
def test_a_prompt_that_is_filtered_costs_one_name(ask, server, mood):
    server.moods = ["fine", mood]
    assert ask(CHATS) == [["answer to question 0"], [], ["answer to question 2"]]


PARTS = {
    "text": [{"type": "text", "text": "Pasta"}],
    "texts": [{"type": "text", "text": "Pas"}, {"type": "text", "text": "ta"}],
    "thinking first": [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
        {"type": "text", "text": "Pasta"},
    ],
}


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS.keys())
def test_a_list_of_parts_is_joined(ask, server, parts):
    server.moods = [completion(parts)]
    assert ask() == [["Pasta"]]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"message": "daily credit limit reached", "code": 402}, r"answers 402 \(daily credit limit reached\)"),
        ("out of credit", r"answers 400 \(out of credit\)"),
    ],
)
def test_an_error_inside_an_answer_is_told(ask, server, error, told):
    server.moods = [{"id": None, "choices": None, "error": error}]
    with pytest.raises(ModelError, match=told):
        ask()
    assert len(server.requests) == 1


def test_an_error_inside_an_answer_that_may_pass_is_asked_again(ask, server):
    server.moods = [{"error": {"message": "overloaded", "code": 503}}]
    assert ask() == [["answer to question 0"]]


FINISHED = {
    "cut while thinking": ({"content": None, "reasoning_content": "Okay"}, "length", "length"),
    "cut": ({"content": "Pas"}, "length", "length"),
    "done": ({"content": "Pasta"}, "stop", ""),
    "refused": ({"content": None, "refusal": "I cannot"}, "stop", "refusal"),
    "filtered": ({"content": ""}, "content_filter", "content_filter"),
}


@pytest.mark.parametrize(("message", "reason", "finish"), FINISHED.values(), ids=FINISHED.keys())
def test_why_an_answer_ended_is_handed_on(server, tmp_path, report, message, reason, finish):
    server.moods = [{"choices": [{"message": message, "finish_reason": reason}]}]
    config = LabelsConfig(model="m", endpoint=server.url)
    context = Context(tmp_path, RuntimeConfig(), report, tmp_path, tmp_path)
    ((reply,),) = ChatEndpoint(config).answer(CHATS[:1], PLAIN, context)
    assert reply == Reply([message["content"] or ""], finish)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]/v1", True),
        ("http://localhost:1/v1", True),
        ("https://localhost.evil.example/v1", False),
        ("http://192.168.0.2/v1", False),
        ("https://api.example/v1", False),
    ],
)
def test_only_the_loopback_is_this_machine(url, here):
    assert is_this_machine(url) is here
