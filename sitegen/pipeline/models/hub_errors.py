"""What a user can do when a model of the Hub cannot be loaded, and whether it can be, asked before it is needed."""

from __future__ import annotations

from collections.abc import Iterator

from sitegen.errors import ModelError
from sitegen.pipeline.models.find_model import is_on_hub

TIMEOUT_S = 10.0
LOGIN = "log in with `hf auth login`, or set HF_TOKEN"


def load_error(error: BaseException, model: str, section: str) -> ModelError:
    """Return the error to show for one of the libraries' own.

    `section` is the part of the config that names the model.
    """
    from huggingface_hub import errors
    from huggingface_hub.constants import ENDPOINT

    if isinstance(error, ModelError):
        return error
    field = f"{section}.model"
    chain = list(_chain(error))
    for each in chain:
        match each:
            case errors.GatedRepoError():
                return ModelError(f"{model} is gated: accept its terms at {ENDPOINT}/{model}, then {LOGIN}", field)
            case errors.RevisionNotFoundError():
                return ModelError(f"{model} has no such revision; {ENDPOINT}/{model} lists them", f"{section}.revision")
            case errors.RepositoryNotFoundError():
                return ModelError(
                    f"there is no model {model} on the Hub, or it is private: correct it, or {LOGIN}", field
                )
            case errors.HFValidationError():
                return ModelError(
                    f"{model!r} is neither a file, a folder nor a name on the Hub such as owner/name", field
                )
    if any(_is_network(each) for each in chain):
        return ModelError(f"{model} is not stored here and the Hub cannot be reached; build again when it can", field)
    if "out of memory" in str(error).casefold():
        return ModelError(
            f"{model} does not fit into memory; use quantization: nf4, a smaller model, or runtime.device: cpu", field
        )
    first = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return ModelError(f"{model!r} cannot be loaded: {first[:300]}", field)


def reach_model(model: str | None, section: str, revision: str | None = None) -> None:
    """Ask the Hub for a model that is not stored here.

    The libraries that load it try again for more than a minute and are silent meanwhile.

    Raises:
        ModelError: there is none, or the Hub does not answer.
    """
    if model is None or not is_on_hub(model):
        return
    from huggingface_hub import HfApi, try_to_load_from_cache

    if isinstance(try_to_load_from_cache(model, "config.json", revision=revision), str):
        return
    try:
        HfApi().model_info(model, revision=revision, timeout=TIMEOUT_S)
    except Exception as error:  # of any of the libraries between here and the Hub
        raise load_error(error, model, section) from error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_network(error: BaseException) -> bool:
    from huggingface_hub import errors

    # Releases of huggingface_hub use releases of httpx that have no base class in common.
    transport = any(kind.__name__ == "TransportError" for kind in type(error).__mro__)
    return transport or isinstance(
        error, ConnectionError | TimeoutError | errors.LocalEntryNotFoundError | errors.OfflineModeIsEnabled
    )
