"""The front matter that makes a release's README.md a Hugging Face dataset card.

The README of a release is its datasheet; with these lines before it, the folder is a dataset repository as it stands,
and every table loads by name: `datasets.load_dataset(folder, "documents")`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regesta.describe.citation import to_yaml
from regesta.describe.facts import Facts, filled

_TYPES = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool", "date": "date32"}
_SIZES = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
    (10**9, "100M<n<1B"),
    (10**12, "1B<n<1T"),
)


def front_matter(facts: Facts) -> str:
    """The YAML block that stands before the datasheet, with its rules and an empty line after it."""
    record = filled(
        {
            "pretty_name": facts.title,
            "version": facts.version,
            "language": sorted({language.partition("-")[0] for language in facts.languages}),
            **_licence(facts),
            "tags": facts.keywords,
            "size_categories": [size_category(max(resource["rows"] for resource in facts.resources))],
            "configs": [_config(resource) for resource in facts.resources],
            "dataset_info": [_info(facts, resource) for resource in facts.resources],
        }
    )
    return f"---\n{to_yaml(record)}---\n\n"


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows, of the largest table."""
    return next((name for limit, name in _SIZES if rows < limit), "n>1T")


def _licence(facts: Facts) -> dict[str, Any]:
    known = [licence.hugging_face for licence in facts.licences if licence.hugging_face]
    if not facts.licences:
        return {"license": "unknown"}
    if len(known) == len(facts.licences):
        return {"license": known[0] if len(known) == 1 else known}
    odd = next(licence for licence in facts.licences if not licence.hugging_face)
    return filled({"license": "other", "license_name": odd.name, "license_link": odd.url})


def _config(resource: Mapping[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = {
        "config_name": resource["name"],
        "data_files": [{"split": "train", "path": resource["path"]}],
    }
    if not resource["rows"]:
        # Else `datasets` takes the size of the first row group for its own, and fails where that is nothing.
        config["batch_size"] = 1
    # The one that is shown first: the papers.
    return config | ({"default": True} if resource["name"] == "documents" else {})


def _info(facts: Facts, resource: Mapping[str, Any]) -> dict[str, Any]:
    size = facts.data_file(resource).bytes
    return {
        "config_name": resource["name"],
        "features": [{"name": f["name"], "dtype": _TYPES[f["type"]]} for f in resource["schema"]["fields"]],
        "splits": [{"name": "train", "num_bytes": size, "num_examples": resource["rows"]}],
        "download_size": size,
        "dataset_size": size,
    }
