"""Rows of a dataset on the Hugging Face Hub, or of a local folder in the Hub's layout."""

from __future__ import annotations

import gc
import glob
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sitegen.config import HuggingFaceSource
from sitegen.errors import SourceError
from sitegen.pipeline.sources.local import content_revision, data_file, find_files
from sitegen.pipeline.sources.options import Options
from sitegen.pipeline.sources.readers import read_rows
from sitegen.pipeline.sources.remote import RemoteFiles
from sitegen.report import log_warning

COMMIT = re.compile(r"[0-9a-f]{40}")
TIMEOUT_S = 30
AS_IN_THE_FILES: tuple[dict[str, object], ...] = (
    {"parse_agent_traces": False},
    {"keep_default_na": False, "na_values": [""]},
    {},
)
"""Options by which `datasets` takes rows of conversations for rows (JSON), and the texts NA, None and null for texts
(CSV). It refuses those of another format, so the first that are taken are right; so it is with a stored copy."""


class HubDataset:
    """One split of one config of a dataset, or some of its files."""

    def __init__(self, config: HuggingFaceSource, root: Path) -> None:
        self._config = config
        folder = root / Path(config.path.replace("\0", "\ufffd")).expanduser()
        self._folder = folder if folder.is_dir() else None
        if self._folder is None and config.path.startswith((".", "/", "~")):
            raise SourceError(f"there is no folder {folder}", "path")

    def revision(self) -> str:
        """Return the commit; for a folder the hash of its content."""
        if self._folder:
            # No hidden file: neither git's own nor what the libraries leave.
            paths = sorted(Path(path) for path in glob.glob(f"{glob.escape(str(self._folder))}/**", recursive=True))  # noqa: PTH207, leaves out hidden files, as Path.glob cannot
            return content_revision((path for path in paths if path.is_file()), self._folder)
        return _commit(self._config.path, self._config.revision)

    def rows(self) -> Iterator[dict[str, object]]:
        """Return the rows as `datasets` gives them; those of `data_files` as they are in the files."""
        try:
            yield from self._files() if self._config.data_files else self._split()
        except SourceError:
            raise
        except Exception as error:  # the libraries raise dozens of classes, down to ValueError
            raise _explain(error, self._config.path) from error

    def card(self) -> str:
        """Return the text of the dataset's card; none of a local folder, whose notes may be private."""
        from huggingface_hub import DatasetCard, hf_hub_download
        from huggingface_hub.errors import EntryNotFoundError

        if self._folder:
            return ""
        try:
            path = hf_hub_download(self._config.path, "README.md", repo_type="dataset", revision=self.revision())
        except EntryNotFoundError:
            return ""
        except Exception as error:  # of many libraries; a map without a card is better than none
            log_warning(f"{self._config.path}: its card cannot be read: {error}")
            return ""
        content = Path(path).read_text("utf-8", errors="replace")
        return str(DatasetCard(content, ignore_metadata_errors=True).text).strip()

    def find_config(self) -> tuple[str | None, str]:
        """Return the first config, and its split `train` or else the first split.

        The config is None where there is no choice.

        Raises:
            SourceError: the dataset is not there or cannot be read.
        """
        import datasets

        try:
            path, commit = (str(self._folder), None) if self._folder else (self._config.path, self._checked())
            names = datasets.get_dataset_config_names(path, revision=commit)
            name = names[0] if len(names) > 1 and "default" not in names else None
            splits = list(map(str, datasets.get_dataset_split_names(path, name, revision=commit)))
        except SourceError:
            raise
        except Exception as error:  # of many libraries: `_explain` says which
            raise _explain(error, self._config.path) from error
        return name, "train" if "train" in splits else splits[0]

    def _files(self) -> Iterator[dict[str, object]]:
        config, folder = self._config, self._folder
        if folder is None:
            commit = self._checked()
            if config.streaming:
                for pattern in config.data_files:
                    url = f"hf://datasets/{config.path}@{commit}/{pattern}"
                    yield from RemoteFiles(url, Options(), "data_files").rows()
                return
            from huggingface_hub import snapshot_download

            patterns = list(config.data_files)
            folder = Path(snapshot_download(config.path, repo_type="dataset", revision=commit, allow_patterns=patterns))
        for pattern in config.data_files:
            try:
                paths = find_files(folder, pattern, "data_files")
            except SourceError as error:
                message = str(error).partition(" in ")[0] if folder is not self._folder else str(error)
                raise SourceError(f"{config.path}: {message}", error.field) from error
            for path in paths:
                yield from read_rows(data_file(path, folder), Options())

    def _split(self) -> Iterator[dict[str, object]]:
        import datasets

        config = self._config
        path, commit = (str(self._folder), None) if self._folder else (config.path, self._checked())
        try:
            builder = self._builder(path, commit)
        except ValueError as error:
            names = _names(lambda: datasets.get_dataset_config_names(path, revision=commit))
            if not names or config.name in names:
                raise
            asked = f"has no config {config.name!r}" if config.name else "has several configs; name one"
            raise SourceError(f"{config.path} {asked}: {', '.join(names)}", "name") from error
        if commit not in (None, builder.hash):
            raise SourceError(
                f"{config.path}: only another commit than {commit} is stored here, and the Hub cannot be reached",
                "path",
            )
        splits = [str(name) for name in builder.config.data_files or builder.info.splits or ()]
        if splits and config.split not in splits and re.fullmatch(r"[\w.-]+", config.split):
            raise SourceError(f"{config.path} has no split {config.split!r}: {', '.join(splits)}", "split")
        # A local folder is read where it is; a copy as Arrow would only take its space twice.
        if config.streaming or self._folder:
            rows = builder.as_streaming_dataset(split=config.split)
        else:
            # Sizes in dataset cards are often out of date; the Hub's client checks what it downloads.
            builder.download_and_prepare(verification_mode="no_checks")
            rows = builder.as_dataset(split=config.split)
        media = [name for name, kind in (rows.features or {}).items() if _is_media(kind)]
        mixed = [name for name, kind in (rows.features or {}).items() if type(kind).__name__ == "Json"]
        if mixed:
            log_warning(
                f"{config.path}: {', '.join(mixed)} holds values of several kinds, of which texts that read as JSON"
                " are changed (007 to 7, null to missing); data_files reads values as they are"
            )
        try:
            yield from rows.remove_columns(media) if media else rows
        finally:
            # Arrow's threads of a streamed Parquet file abort a Python that ends before they do:
            # https://github.com/huggingface/datasets/issues/7566
            del rows
            gc.collect()

    def _builder(self, path: str, commit: str | None) -> Any:
        """Return the library's reader of this dataset.

        Raises:
            ValueError: it has no such config.
        """
        import datasets

        for options in AS_IN_THE_FILES[:-1]:
            try:
                return datasets.load_dataset_builder(path, self._config.name, revision=commit, **options)
            except (ValueError, TypeError):
                continue
        return datasets.load_dataset_builder(path, self._config.name, revision=commit, **AS_IN_THE_FILES[-1])

    def _checked(self) -> str:
        """Return the commit, once it is known that its files may be read."""
        from huggingface_hub import HfApi

        try:
            HfApi().auth_check(self._config.path, repo_type="dataset")
        except Exception as error:  # two releases of httpx have no base class in common
            if not _is_network(error):
                raise
        return self.revision()


def _is_media(feature: object) -> bool:
    """Pictures, sound and the like, which nothing here reads and which take long to decode."""
    return hasattr(feature, "decode") and type(feature).__name__ != "Json"


def _names(ask: Callable[[], list[str]]) -> list[str]:
    try:
        return ask()
    except Exception:  # the first error is the one to tell
        return []


@cache
def _commit(path: str, revision: str | None) -> str:
    """Return the commit that `revision` is now.

    It is asked once in a process, so that a key and the rows under it are of one commit.
    """
    from huggingface_hub import HfApi

    if revision and COMMIT.fullmatch(revision):
        return revision
    try:
        return str(HfApi().dataset_info(path, revision=revision, timeout=TIMEOUT_S).sha)
    except Exception as error:  # of many libraries: `_explain` says which
        commit = _stored(path, revision) if _is_network(error) else None
        if commit is None:
            raise _explain(error, path) from error
        log_warning(f"the Hub cannot be reached; {path} is taken as it is stored here, at commit {commit}")
        return commit


def _stored(path: str, revision: str | None) -> str | None:
    """Return the commit that was downloaded last."""
    from huggingface_hub.constants import HF_HUB_CACHE

    folder = Path(HF_HUB_CACHE) / f"datasets--{path.replace('/', '--')}"
    named = folder / "refs" / (revision or "main")
    if named.is_file():
        return named.read_text("utf-8").strip()
    if revision is not None:
        return None
    found = [each for each in folder.glob("snapshots/*") if COMMIT.fullmatch(each.name)]
    return max(found, key=lambda each: each.stat().st_mtime).name if found else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_network(error: BaseException) -> bool:
    """Whether the Hub could not be reached, did not answer in time, or failed itself."""
    for each in _chain(error):
        status = getattr(getattr(each, "response", None), "status_code", 0)
        # The two libraries use two releases of httpx, with two classes of this name.
        transport = any(kind.__name__ == "TransportError" for kind in type(each).__mro__)
        if transport or status >= 500 or isinstance(each, ConnectionError | TimeoutError):
            return True
    return False


def _explain(error: Exception, path: str) -> SourceError:
    """Say what a user can do about an error of the libraries."""
    from huggingface_hub import errors

    first = " ".join(str(error).split())[:300]
    for each in _chain(error):
        if isinstance(each, errors.GatedRepoError):
            page = f"{_endpoint()}/datasets/{path}"
            return SourceError(f"{path} is gated: accept its terms at {page} and log in with `hf auth login`", "path")
        if isinstance(each, errors.RevisionNotFoundError):
            return SourceError(f"{path} has no such revision", "revision")
        if isinstance(each, errors.RepositoryNotFoundError):
            return SourceError(
                f"there is no dataset {path} on the Hub, or it is private: correct the name, or log in with "
                "`hf auth login`",
                "path",
            )
        if isinstance(each, errors.HFValidationError):
            return SourceError(f"{path!r} is neither a folder nor a name on the Hub such as owner/name", "path")
    if _is_network(error):
        return SourceError(
            f"{path}: the Hub cannot be reached or the connection broke ({type(error).__name__}: {first}); what was "
            "downloaded is kept, so build again when it is back",
            "path",
        )
    if "Dataset scripts are no longer supported" in first:
        return SourceError(
            f"{path} is a program, and no code of a repository is run; name its files in data_files instead, "
            f"see {_endpoint()}/datasets/{path}/tree/main",
            "path",
        )
    if type(error).__name__ in ("DataFilesNotFoundError", "EmptyDatasetError"):
        return SourceError(f"{path} holds no data file of a format that is known", "path")
    cause = error
    while isinstance(cause.__cause__, Exception):
        cause = cause.__cause__
    reason = f"{type(cause).__name__}: {' '.join(str(cause).split())[:300]}"
    return SourceError(f"{path} cannot be read as a table: {reason}; data_files reads row by row", "path")


def _endpoint() -> str:
    from huggingface_hub.constants import ENDPOINT

    return str(ENDPOINT)
