"""A language model behind an OpenAI-compatible endpoint: vLLM, the server of llama.cpp, Ollama and others.

The only labeller that sends anything anywhere; off unless `labels.endpoint` names a server.
"""

from __future__ import annotations

import ipaddress
import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from sitegen.config import LabelsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.labels.labeller import Chat, Generation
from sitegen.pipeline.stage import Context

TRIES = 5
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
MAX_RESPONSE_BYTES = 1_000_000
MAX_ANSWER_CHARS = 2000


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

    @property
    def made_with(self) -> dict[str, str]:
        """Nothing: the server does not say on what it runs."""
        return {}

    def answer(self, chats: Sequence[Chat], generation: Generation, context: Context) -> Iterator[list[list[str]]]:
        """One answer to each chat.

        Raises:
            ModelError: the server refuses, or fails `TRIES` times in a row.
        """
        runtime = context.runtime
        with ThreadPoolExecutor(runtime.labels_batch_size) as pool:
            try:
                yield from pool.map(lambda chat: [[self._complete(chat, generation, runtime.endpoint_timeout)]], chats)
            except ModelError:
                pool.shutdown(cancel_futures=True)
                raise

    def _complete(self, chat: Chat, generation: Generation, timeout_s: float) -> str:
        body: dict[str, Any] = {
            "model": self._model,
            "messages": chat,
            "max_tokens": generation.max_new_tokens,
            "temperature": generation.temperature,
            "top_p": generation.top_p,
            "seed": generation.seed,
        }
        if generation.repetition_penalty != 1:
            body["repetition_penalty"] = generation.repetition_penalty
        headers = {"Content-Type": "application/json", "User-Agent": "sitegen"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = Request(self._url, json.dumps(body).encode(), headers)  # noqa: S310 - the config allows http(s) only
        wait = FIRST_WAIT_S
        for left in reversed(range(TRIES)):
            try:
                with self._opener.open(request, timeout=timeout_s) as response:
                    return _content(response.read(MAX_RESPONSE_BYTES))
            except HTTPError as error:
                if error.code not in (408, 409, 429) and error.code < 500:
                    raise self._refused(error) from error
                problem = f"answers {error.code} {error.reason}"
                wait = _seconds(error.headers.get("Retry-After")) or wait
            except (OSError, HTTPException) as error:  # TimeoutError and URLError are OSErrors
                reason = getattr(error, "reason", error)
                problem = f"cannot be reached: {str(reason) or type(reason).__name__}"
            except (ValueError, LookupError, TypeError):
                problem = "answers what is no chat completion"
            if left:
                time.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_S)
        raise self._error(f"{problem}, {TRIES} times; what it answered before is kept, so build again", "endpoint")

    def _refused(self, error: HTTPError) -> ModelError:
        said = self._said(error)
        match error.code:
            case 401 | 403 if self._token_env:
                return self._error(f"refuses the token in {self._token_env}{said}", "token_env")
            case 401 | 403:
                return self._error(f"wants a token; name its environment variable in token_env{said}", "endpoint")
            case 404:
                return self._error(f"has no model {self._model!r}, or no API at this path{said}", "model")
            case code:
                return self._error(f"answers {code} {error.reason}{said}", "endpoint")

    def _said(self, error: HTTPError) -> str:
        """What the server says about an error, on one line and without the token."""
        try:
            data = json.loads(error.read(MAX_RESPONSE_BYTES))
            found = data.get("error") or data.get("detail") or data.get("message") or ""
            text = " ".join(str(found["message"] if isinstance(found, dict) else found).split())
        except (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError):
            return ""
        if self._token:
            text = text.replace(self._token, "…")
        return f" ({''.join(filter(str.isprintable, text))[:200]})" if text else ""

    def _error(self, what: str, field: str) -> ModelError:
        return ModelError(f"{endpoint_host(self._url)} {what}", f"labels.{field}")


def endpoint_host(url: str) -> str:
    """The host of an endpoint, with its port if it names one."""
    return urlsplit(url).netloc


def is_this_machine(url: str) -> bool:
    """Whether a URL names the machine that asks."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _content(data: bytes) -> str:
    content = json.loads(data)["choices"][0]["message"]["content"]
    if content is not None and not isinstance(content, str):
        raise TypeError
    return (content or "")[:MAX_ANSWER_CHARS]


def _seconds(header: str | None) -> float:
    """The wait that a server asks for, 0 if it asks for none in seconds."""
    try:
        return min(max(0.0, float(header or 0)), LONGEST_WAIT_S)
    except ValueError:
        return 0.0


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None
