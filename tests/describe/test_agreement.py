"""No description states a field, a type, a count, a checksum or a licence that another one contradicts.

Each format has a reader here that turns what it states back into plain words; all of them are held against the Parquet
files themselves. A format that says nothing of one matter is not asked about it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from regesta.describe import blockers, describe_release
from regesta.errors import RegestaError
from tests.describe.conftest import RICH, catalogued, publish

Stated = dict[str, Any]

ARROW = {"string": "string", "int64": "integer", "double": "number", "bool": "boolean", "date32[day]": "date"}
CROISSANT = {"Text": "string", "Integer": "integer", "Float": "number", "Boolean": "boolean", "Date": "date"}
CARD = {"string": "string", "int64": "integer", "float64": "number", "bool": "boolean", "date32": "date"}


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def from_files(folder: Path) -> Stated:
    fields, rows, hashes = {}, {}, {}
    for path in folder.rglob("*.parquet"):
        schema = pq.read_schema(path)
        fields[path.stem] = [(f.name, ARROW[str(f.type)], f.metadata[b"description"].decode()) for f in schema]
        rows[path.stem] = pq.read_metadata(path).num_rows
        hashes[path.stem] = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"fields": fields, "rows": rows, "hashes": hashes}


def from_datapackage(folder: Path) -> Stated:
    found = load(folder, "datapackage.json")
    resources = found["resources"]
    return {
        "fields": {
            r["name"]: [(f["name"], f["type"], f["description"]) for f in r["schema"]["fields"]] for r in resources
        },
        "rows": {r["name"]: r["rows"] for r in resources},
        "hashes": {r["name"]: r["hash"].removeprefix("sha256:") for r in resources},
        "licences": [licence["name"] for licence in found.get("licenses", ())],
        "title": found["title"],
        "version": found["version"],
        "date": found["created"][:10],
        "sources": {row["title"] for row in found["sources"]},
    }


def from_croissant(folder: Path) -> Stated:
    found = load(folder, "croissant.json")
    sets, units = found["recordSet"], re.compile(r" Unit: .*\.$")
    licence = found.get("license", [])
    return {
        "fields": {
            s["name"]: [
                (f["name"], CROISSANT[f["dataType"].removeprefix("sc:")], units.sub("", f["description"]))
                for f in s["field"]
            ]
            for s in sets
        },
        "rows": {s["name"]: int(re.search(r"(\d+) rows\.$", s["description"])[1]) for s in sets},
        "hashes": {f["name"].removesuffix(".parquet"): f["sha256"] for f in found["distribution"]},
        "licence_urls": licence if isinstance(licence, list) else [licence],
        "title": found["name"],
        "version": found["version"],
        "date": found["datePublished"],
    }


def from_schema_org(folder: Path) -> Stated:
    found = load(folder, "schema.org.jsonld")
    licence = found.get("license", [])
    licences = licence if isinstance(licence, list) else [licence]
    return {
        "fields": {
            part["name"]: [
                (f["name"], f["valueReference"]["termCode"], f["description"]) for f in part["variableMeasured"]
            ]
            for part in found["hasPart"]
        },
        "rows": {part["name"]: part["size"]["value"] for part in found["hasPart"]},
        "hashes": {file["name"]: file["sha256"] for file in found["distribution"]},
        "licences": [one["identifier"] for one in licences],
        "licence_urls": [one["url"] for one in licences],
        "title": found["name"],
        "version": found["version"],
        "date": found["datePublished"],
        "sources": {row["name"] for row in found["isBasedOn"]},
    }


def from_dcat(folder: Path) -> Stated:
    found = load(folder, "dcat.jsonld")
    licence = found.get("dcterms:license", [])
    licences = licence if isinstance(licence, list) else [licence]
    files = found["dcat:distribution"]
    return {
        "rows": {file["dcterms:identifier"]: file["void:documents"] for file in files},
        "hashes": {file["dcterms:identifier"]: file["spdx:checksum"]["spdx:checksumValue"]["@value"] for file in files},
        "licences": [one["dcterms:identifier"] for one in licences],
        "licence_urls": [one["@id"] for one in licences],
        "licence_urls_of_files": [
            [one["@id"] for one in (given if isinstance(given, list) else [given])]
            for given in (file.get("dcterms:license", []) for file in files)
        ],
        "title": found["dcterms:title"],
        "version": found["dcat:version"],
        "date": found["dcterms:issued"]["@value"],
    }


def from_ro_crate(folder: Path) -> Stated:
    nodes = {node["@id"]: node for node in load(folder, "ro-crate-metadata.json")["@graph"]}
    root = nodes["./"]
    licence = root.get("license", [])
    licences = [nodes[one["@id"]] for one in (licence if isinstance(licence, list) else [licence])]
    tables = [node for node in nodes.values() if "numberOfRows" in node]
    files = [node for node in nodes.values() if node["@type"] == "File"]
    return {
        "files_astray": [
            node["@id"]
            for node in files
            if node["sha256"] != hashlib.sha256((folder / node["@id"]).read_bytes()).hexdigest()
            or int(node["contentSize"]) != (folder / node["@id"]).stat().st_size
        ],
        "rows": {node["name"]: node["numberOfRows"] for node in tables},
        "hashes": {node["name"]: node["sha256"] for node in tables},
        "licences": [one["identifier"] for one in licences],
        "licence_urls": [one["url"] for one in licences],
        "title": root["name"],
        "version": root["version"],
        "date": root["datePublished"],
        "sources": {nodes[one["@id"]]["name"] for one in nodes["#build"]["object"]},
    }


def from_citation(folder: Path) -> Stated:
    found = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    stated = {"title": found["title"], "version": found["version"], "date": found["date-released"]}
    if "license" in found:
        stated["licences"] = found["license"] if isinstance(found["license"], list) else [found["license"]]
    if "license-url" in found:
        stated["first_licence_url"] = found["license-url"]
    return stated


def from_zenodo(folder: Path) -> Stated:
    found = load(folder, "zenodo.json")
    return {
        "first_licence": found.get("license"),
        "title": found["title"],
        "version": found["version"],
        "date": found["publication_date"],
    }


def from_card(folder: Path) -> Stated:
    found = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    infos = found["dataset_info"]
    assert [c["config_name"] for c in found["configs"]] == [i["config_name"] for i in infos]
    stated = {
        "names_and_types": {i["config_name"]: [(f["name"], CARD[f["dtype"]]) for f in i["features"]] for i in infos},
        "rows": {i["config_name"]: i["splits"][0]["num_examples"] for i in infos},
        "title": found["pretty_name"],
        "version": found["version"],
    }
    if found["license"] == "unknown":
        return stated | {"licences": []}
    if found["license"] == "other":
        return stated | {"odd_licence": (found["license_name"], found.get("license_link"))}
    return stated | {"first_licence": found["license"]}


def from_datasheet(folder: Path) -> Stated:
    text = (folder / "README.md").read_text(encoding="utf-8")
    dictionary = text[text.index("## Data dictionary") :]
    fields = {}
    for part in dictionary.split("\n### ")[1:]:
        lines = re.findall(r"^\| `(\w+)` \| (\w+)", part, re.MULTILINE)
        fields[part.partition("\n")[0]] = lines
    rows = re.findall(r"^\| \[(\w+)\]\(#\w+\) \| (\d+) \|", text, re.MULTILINE)
    rights = text.partition("## Licence and rights")[2].partition("\n## ")[0]
    return {
        "names_and_types": fields,
        "rows": {name: int(count) for name, count in rows},
        "licence_lines": re.findall(r"^\* (.*)$", rights, re.MULTILINE),
    }


def from_prov(folder: Path) -> Stated:
    entities = load(folder, "prov.json")["entity"]
    tables = {name.removeprefix("table:"): node for name, node in entities.items() if name.startswith("table:")}
    return {
        "rows": {name: node["regesta:rows"] for name, node in tables.items()},
        "hashes": {name: node["regesta:sha256"] for name, node in tables.items()},
        "version": entities["package:release"]["regesta:version"],
        "sources": {node["prov:label"] for name, node in entities.items() if name.startswith("source:")},
    }


READERS: list[Callable[[Path], Stated]] = [
    from_datapackage,
    from_croissant,
    from_schema_org,
    from_dcat,
    from_ro_crate,
    from_citation,
    from_zenodo,
    from_card,
    from_datasheet,
    from_prov,
]


def contradictions(folder: Path) -> list[str]:
    """What the descriptions say differently, by format and matter."""
    wanted = from_datapackage(folder) | from_files(folder)
    fields = {name: [(column, kind) for column, kind, _ in rows] for name, rows in wanted["fields"].items()}
    wanted["names_and_types"] = fields
    wanted["files_astray"] = []
    wanted |= licences(folder)
    return [
        f"{read.__name__}: {matter}: {value} is not {wanted[matter]}"
        for read in READERS
        for matter, value in read(folder).items()
        if value != wanted[matter]
    ]


def licences(folder: Path) -> Stated:
    """What the catalogue says of the licences, in the ways that the formats do."""
    package = load(folder, "datapackage.json")
    known = package.get("licenses", [])
    given = [(one["name"], one.get("path") or f"https://spdx.org/licenses/{one['name']}") for one in known]
    urls = [url for _, url in given]
    return {
        "licence_urls": urls,
        "licence_urls_of_files": [urls] * len(package["resources"]),
        "first_licence": next((name.lower() for name, _ in given), None),
        "first_licence_url": next(iter(urls), None),
        "licence_lines": [
            one.get("title", one["name"]) + (f": <{one['path']}>" if one.get("path") else "") for one in known
        ],
        # The Hub has names of its own for those of Creative Commons, and for the harbour's none.
        "odd_licence": next((one for one in given if not one[0].startswith("CC")), None),
    }


def test_nothing_is_contradicted(described: Path) -> None:
    assert contradictions(described) == []


BY = r"creativecommons\.org/licenses/by/4\.0"
LIES = [
    # File, what in it, the lie instead, who notices, and in which matter.
    ("datapackage.json", r'"name": "char_start"', '"name": "char_begin"', from_datapackage, "fields"),
    ("datapackage.json", r'"type": "date"', '"type": "string"', from_datapackage, "fields"),
    ("datapackage.json", r'"rows": \d+', '"rows": 9999', from_datapackage, "rows"),
    ("datapackage.json", r'"name": "CC-BY-4.0"', '"name": "CC0-1.0"', from_schema_org, "licences"),
    ("croissant.json", r'"name": "char_start"', '"name": "char_begin"', from_croissant, "fields"),
    ("croissant.json", r'"dataType": "sc:Date"', '"dataType": "sc:Text"', from_croissant, "fields"),
    ("croissant.json", r"\d+ rows\.", "9999 rows.", from_croissant, "rows"),
    ("croissant.json", BY, "creativecommons.org/licenses/by/3.0", from_croissant, "licence_urls"),
    ("schema.org.jsonld", r'"name": "char_start"', '"name": "char_begin"', from_schema_org, "fields"),
    ("schema.org.jsonld", r'"termCode": "date"', '"termCode": "string"', from_schema_org, "fields"),
    ("schema.org.jsonld", r'"value": \d+', '"value": 9999', from_schema_org, "rows"),
    ("schema.org.jsonld", r'"CC-BY-4.0"', '"CC0-1.0"', from_schema_org, "licences"),
    ("dcat.jsonld", r'"void:documents": \d+', '"void:documents": 9999', from_dcat, "rows"),
    ("dcat.jsonld", r'"dcat:version": "1.0.0"', '"dcat:version": "1.0.1"', from_dcat, "version"),
    ("dcat.jsonld", r'"CC-BY-4.0"', '"CC0-1.0"', from_dcat, "licences"),
    ("dcat.jsonld", BY, "creativecommons.org/licenses/by/3.0", from_dcat, "licence_urls_of_files"),
    ("ro-crate-metadata.json", r'"numberOfRows": \d+', '"numberOfRows": 9999', from_ro_crate, "rows"),
    ("ro-crate-metadata.json", r'"CC-BY-4.0"', '"CC0-1.0"', from_ro_crate, "licences"),
    ("ro-crate-metadata.json", r'"sha256": "..', '"sha256": "xx', from_ro_crate, "files_astray"),
    ("CITATION.cff", r"version: 1.0.0", "version: 1.0.1", from_citation, "version"),
    ("CITATION.cff", BY, "creativecommons.org/licenses/by/3.0", from_citation, "first_licence_url"),
    ("zenodo.json", r'"publication_date": "2001', '"publication_date": "2002', from_zenodo, "date"),
    ("zenodo.json", r'"cc-by-4.0"', '"cc-zero"', from_zenodo, "first_licence"),
    ("README.md", r"- name: char_start", "- name: char_begin", from_card, "names_and_types"),
    ("README.md", r"dtype: date32", "dtype: string", from_card, "names_and_types"),
    ("README.md", r"num_examples: \d+", "num_examples: 9999", from_card, "rows"),
    ("README.md", r"license_name: .*", "license_name: MIT", from_card, "odd_licence"),
    ("README.md", r"\| `char_start` \|", "| `char_begin` |", from_datasheet, "names_and_types"),
    ("README.md", r"\| `char_start` \| integer", "| `char_start` | string", from_datasheet, "names_and_types"),
    ("README.md", r"(\| \[sources\]\(#sources\)) \| \d+", r"\1 | 9999", from_datasheet, "rows"),
    ("README.md", BY, "creativecommons.org/licenses/by/3.0", from_datasheet, "licence_lines"),
    ("prov.json", r'"regesta:rows": \d+', '"regesta:rows": 9999', from_prov, "rows"),
]


@pytest.mark.parametrize(("name", "truth", "lie", "reader", "matter"), LIES)
def test_a_lie_in_any_description_is_found(
    name: str, truth: str, lie: str, reader: Callable[[Path], Stated], matter: str, rich: Path, tmp_path: Path
) -> None:
    """The test above is only as good as its readers: each must notice a field, type, count or licence that is wrong."""
    folder = Path(shutil.copytree(rich, tmp_path / "copy"))
    text, times = re.subn(truth, lie, (folder / name).read_text(encoding="utf-8"))
    assert times, f"{name} does not state {truth}"
    (folder / name).write_text(text, encoding="utf-8")
    assert any(found.startswith(f"{reader.__name__}: {matter}: ") for found in contradictions(folder))


def test_a_lie_about_a_sole_licence_is_found(tmp_path: Path) -> None:
    """With one licence that all know, the formats name it in other places."""
    more = 'description = "Papers."\n[[corpus.licenses]]\nname = "CC-BY-4.0"\n'
    release = publish(catalogued(tmp_path / "port", more), tmp_path / "out")
    assert contradictions(release) == []
    for name, truth, lie, who in (
        ("CITATION.cff", "license: CC-BY-4.0", "license: CC0-1.0", "from_citation: licences"),
        ("README.md", "license: cc-by-4.0", "license: mit", "from_card: first_licence"),
        ("README.md", "* CC-BY-4.0", "* CC0-1.0", "from_datasheet: licence_lines"),
    ):
        folder = Path(shutil.copytree(release, tmp_path / who.partition(":")[0]))
        text = (folder / name).read_text(encoding="utf-8")
        assert truth in text
        (folder / name).write_text(text.replace(truth, lie), encoding="utf-8")
        assert any(found.startswith(who) for found in contradictions(folder))


def test_the_same_facts_give_the_same_bytes(described: Path, tmp_path: Path) -> None:
    names = ["croissant.json", "schema.org.jsonld", "dcat.jsonld", "CITATION.cff", "zenodo.json", "prov.json"]
    folder = Path(shutil.copytree(described, tmp_path / "copy"))
    for name in names:
        (folder / name).unlink()
    sources = pq.read_table(folder / "data" / "sources.parquet")
    (folder / "README.md").unlink()
    describe_release(folder, load(described, "datapackage.json"), sources)
    for name in names:
        assert (folder / name).read_bytes() == (described / name).read_bytes()


# --- poor metadata ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ('[[corpus.licenses]]\nname = "CC0-1.0"\n', ["description"]),
        ('description = "Papers."\n', ["licenses"]),
        ("", ["description", "licenses"]),
    ],
)
def test_a_poor_catalogue_stops_publication_and_says_what_is_missing(more: str, missing: list, tmp_path: Path) -> None:
    folder = catalogued(tmp_path / "port", more)
    with pytest.raises(RegestaError, match="not published: the metadata are too poor") as refused:
        publish(folder, tmp_path / "out")
    assert [key for key in ("description", "licenses") if key in str(refused.value)] == missing
    assert not list(tmp_path.glob("out/[0-9]*"))


def test_a_rich_catalogue_passes(tmp_path: Path) -> None:
    assert publish(catalogued(tmp_path / "port", RICH), tmp_path / "out").is_dir()


def test_a_release_for_others_needs_what_a_bare_folder_lacks(described: Path) -> None:
    found = blockers(load(described, "datapackage.json"))
    bare = not load(described, "datapackage.json").get("licenses")
    assert [text.split("`")[1] for text in found] == (["description", "[[corpus.licenses]]"] if bare else [])
