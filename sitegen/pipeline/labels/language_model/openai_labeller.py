"""A language model behind an OpenAI-compatible endpoint: vLLM, the server of llama.cpp, Ollama and others.

The only labeller that sends anything anywhere; off unless `labels.endpoint` names a server.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from sitegen.config import LabelsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.labels.language_model.labeller import Chat, Generation, Reply, without_system
from sitegen.pipeline.stage import Context

TRIES = 5
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
MAX_RESPONSE_BYTES = 1_000_000
MAX_ANSWER_CHARS = 50_000
"""Of an answer so much is kept: thinking comes before the name."""
RENAMED = {"max_tokens": "max_completion_tokens"}
LEFT_OUT = ("temperature", "top_p", "seed", "repetition_penalty")
"""Parameters that a server may refuse by name, and what is done then."""
ONLY_VALUE = re.compile(r"\bdefault \((\d+(?:\.\d+)?)\)")
"""The one value that a server takes for a parameter, in the words of OpenAI's reasoning models."""
FILTERED = re.compile(r"content[_ ]?(?:filter|management|policy)|safety|moderation", re.IGNORECASE)
"""How servers say that they do not answer this one prompt."""
NO_SYSTEM = re.compile(r"system\W+(?:role|message|prompt|instruction)|roles?\W+\W*system", re.IGNORECASE)
"""How servers say that the model knows no system message."""


class ChatEndpoint:
    """Answers chats through `POST {endpoint}/chat/completions`, some at once.

    Raises:
        ModelError: the variable `token_env` is not set.
    """

    def __init__(self, config: LabelsConfig) -> None:
        self._url = f"{(config.endpoint or '').rstrip('/')}/chat/completions"
        self._model = config.model
        self._token_env = config.token_env
        self._token = os.environ.get(config.token_env, "") if config.token_env else ""
        if config.token_env and not self._token:
            raise ModelError(f"the environment variable {config.token_env} is not set", "labels.token_env")
        # A redirect would carry the token and the documents to a server that nobody named.
        proxies = [ProxyHandler({})] if is_this_machine(self._url) else []
        self._opener = build_opener(_NoRedirect, *proxies)
        self._lock = threading.Lock()
        self._renamed: dict[str, str] = {}
        self._left_out: set[str] = set()
        self._only: dict[str, float] = {}
        self._system = True

    @property
    def made_with(self) -> dict[str, str]:
        """Nothing: the server does not say on what it runs."""
        return {}

    def answer(self, chats: Sequence[Chat], generation: Generation, context: Context) -> Iterator[list[Reply]]:
        """Answer each chat; with nothing where the server's filter refuses it.

        Raises:
            ModelError: the server refuses, or fails `TRIES` times in a row.
        """
        runtime = context.runtime
        with ThreadPoolExecutor(runtime.labels_batch_size) as pool:
            try:
                yield from pool.map(lambda chat: [self._complete(chat, generation, runtime.endpoint_timeout)], chats)
            except ModelError:
                pool.shutdown(cancel_futures=True)
                raise

    def _complete(self, chat: Chat, generation: Generation, timeout_s: float) -> Reply:
        wait, left = FIRST_WAIT_S, TRIES
        while True:
            body = self._body(chat, generation)
            try:
                with self._opener.open(self._request(body), timeout=timeout_s) as response:
                    return _reply(response.read(MAX_RESPONSE_BYTES))
            except HTTPError as error:
                refusal = _Refusal(error.code, error.reason, *self._said(error.read))
                asked_to_wait = _seconds(error.headers.get("Retry-After"))
            except _AnsweredError as error:
                refusal, asked_to_wait = _Refusal(error.code, "", error.said, error.said), 0.0
            except (OSError, HTTPException) as error:  # TimeoutError and URLError are OSErrors
                reason = getattr(error, "reason", error)
                refusal, asked_to_wait = None, 0.0
                problem = f"cannot be reached: {str(reason) or type(reason).__name__}"
            except (ValueError, LookupError, TypeError, AttributeError):
                refusal, asked_to_wait = None, 0.0
                problem = "answers what is no chat completion"
            if refusal is not None:
                if self._adapted(body, refusal):
                    continue
                if FILTERED.search(refusal.full) and 400 <= refusal.code < 500:
                    return Reply([], "content_filter")
                if not refusal.may_pass:
                    raise self._refused(refusal)
                problem, wait = f"answers {refusal.told}", asked_to_wait or wait
            left -= 1
            if not left:
                raise self._error(
                    f"{problem}, {TRIES} times; what it answered before is kept, so build again", "endpoint"
                )
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_S)

    def _body(self, chat: Chat, generation: Generation) -> dict[str, Any]:
        with self._lock:
            renamed, left_out, system = dict(self._renamed), set(self._left_out), self._system
            only = dict(self._only)
        body: dict[str, Any] = {
            "max_tokens": generation.max_new_tokens,
            "temperature": generation.temperature,
            "top_p": generation.top_p,
            "seed": generation.seed,
        }
        if generation.repetition_penalty != 1:
            body["repetition_penalty"] = generation.repetition_penalty
        options = {
            renamed.get(name, name): only.get(name, value) for name, value in body.items() if name not in left_out
        }
        return {"model": self._model, "messages": chat if system else without_system(chat), **options}

    def _request(self, body: dict[str, Any]) -> Request:
        headers = {"Content-Type": "application/json", "User-Agent": "sitegen"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return Request(self._url, json.dumps(body).encode(), headers)  # noqa: S310 - the config allows http(s) only

    def _adapted(self, body: dict[str, Any], refusal: _Refusal) -> bool:
        """Whether the server refused a parameter or a role by its name, and is worth asking without it.

        What was sent is compared, not what is known by now: other requests were on their way when it was learnt.
        """
        if refusal.code not in (400, 422, 500):
            return False
        with self._lock:
            for name, other in RENAMED.items():
                if name in body and re.search(rf"\b{name}\b", refusal.full):
                    self._renamed[name] = other
                    return True
            for name in LEFT_OUT:
                if name in body and re.search(rf"\b{name}\b", refusal.full):
                    only = ONLY_VALUE.search(refusal.full)
                    if only and body[name] != float(only[1]):
                        self._only[name] = float(only[1])
                    else:
                        self._left_out.add(name)
                    return True
            if body["messages"][0]["role"] == "system" and NO_SYSTEM.search(refusal.full):
                self._system = False
                return True
        return False

    def _refused(self, refusal: _Refusal) -> ModelError:
        said = f" ({refusal.said})" if refusal.said else ""
        match refusal.code:
            case 401 | 403 if self._token_env:
                return self._error(f"refuses the token in {self._token_env}{said}", "token_env")
            case 401 | 403:
                return self._error(f"wants a token; name its environment variable in token_env{said}", "endpoint")
            case 404:
                return self._error(f"has no model {self._model!r}, or no API at this path{said}", "model")
            case _:
                return self._error(f"answers {refusal.told}", "endpoint")

    def _said(self, read: Callable[[int], bytes]) -> tuple[str, str]:
        """Return what the server says about an error, on one line and without the token; and all that it sent."""
        try:
            data = read(MAX_RESPONSE_BYTES)
            found = json.loads(data)
            return self._line(_message(found)), json.dumps(found, ensure_ascii=False)
        except (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError):
            return "", ""

    def _line(self, text: str) -> str:
        line = " ".join(text.split())
        if self._token:
            line = line.replace(self._token, "…")
        return "".join(filter(str.isprintable, line))[:200]

    def _error(self, what: str, field: str) -> ModelError:
        return ModelError(f"{endpoint_host(self._url)} {what}", f"labels.{field}")


def endpoint_host(url: str) -> str:
    """Return the host of an endpoint, with its port if it names one."""
    return urlsplit(url).netloc


def is_this_machine(url: str) -> bool:
    """Tell whether a URL names the machine that asks."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reply(data: bytes) -> Reply:
    """Return the answer in a chat completion.

    Raises:
        _AnsweredError: it is an error although the status says that all is well.
        ValueError, LookupError, TypeError, AttributeError: it is no chat completion.
    """
    found = json.loads(data)
    if error := found.get("error"):
        code = error.get("code") if isinstance(error, dict) else None
        raise _AnsweredError(code if isinstance(code, int) else 400, _message(found))
    choice = found["choices"][0]
    message = choice["message"]
    content = message["content"]
    if isinstance(content, list):
        content = "".join(part["text"] for part in content if part.get("type") in ("text", "output_text"))
    if content is not None and not isinstance(content, str):
        raise TypeError
    finish = str(choice.get("finish_reason") or "")
    if not content and message.get("refusal"):
        finish = "refusal"
    return Reply([(content or "")[-MAX_ANSWER_CHARS:]], "" if finish == "stop" else finish)


def _message(found: dict[str, Any]) -> str:
    error = found.get("error") or found.get("detail") or found.get("message") or ""
    return str(error["message"] if isinstance(error, dict) and "message" in error else error)


class _AnsweredError(Exception):
    """An error that came as an answer."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code, self.said = code, said


@dataclass(frozen=True)
class _Refusal:
    """An error of the server: its status, what it says in one line, and all that it sent."""

    code: int
    reason: str
    said: str
    full: str

    @property
    def may_pass(self) -> bool:
        return self.code in (408, 409, 429) or self.code >= 500

    @property
    def told(self) -> str:
        return " ".join(filter(None, (str(self.code), self.reason, f"({self.said})" if self.said else "")))


def _seconds(header: str | None) -> float:
    """Return the wait that a server asks for, 0 if it asks for none in seconds."""
    try:
        return min(max(0.0, float(header or 0)), LONGEST_WAIT_S)
    except ValueError:
        return 0.0


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None
