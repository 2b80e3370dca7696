"""Each description passes the validator of its own format, offline."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
import rdflib
import yaml
from cffconvert import Citation
from prov.model import ProvActivity, ProvDocument, ProvEntity
from rdflib import DCAT, DCTERMS, RDF
from rdflib.namespace import SDO
from rocrate.rocrate import ROCrate

from regesta.describe import FILES
from tests.describe.conftest import publish

# rdflib knows DCAT 2; what DCAT 3 has added and is used here.
DCAT_3 = {DCAT["version"]}
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_every_format_is_in_the_release_and_under_its_checksums(described: Path) -> None:
    sums = (described / "SHA256SUMS").read_text()
    for name in FILES:
        assert (described / name).is_file()
        assert f"  {name}\n" in sums


def test_mlcroissant_has_no_objection(described: Path, caplog: pytest.LogCaptureFixture) -> None:
    dataset = mlcroissant.Dataset(jsonld=described / "croissant.json")
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    # A folder without a catalogue has no licence to tell; nothing else is amiss, and the context is the standard one.
    assert all("license" in warning for warning in issues.warnings)
    assert "not standard" not in caplog.text


def test_every_term_is_one_of_schema_org(described: Path) -> None:
    found = load(described, "schema.org.jsonld")
    assert found.pop("@context") == "https://schema.org/"

    def check(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                check(item)
        elif isinstance(node, dict):
            assert node["@type"] in SDO, node["@type"]
            for key, value in node.items():
                assert key == "@type" or key in SDO, key
                check(value)

    check(found)


def test_dcat_is_rdf_with_what_the_vocabulary_asks_for(described: Path) -> None:
    graph = rdflib.Graph().parse(described / "dcat.jsonld", format="json-ld")
    [dataset] = graph.subjects(RDF.type, DCAT.Dataset)
    assert str(dataset).endswith(f"{described.name}/")
    for term in (*graph.predicates(), *graph.objects(None, RDF.type)):
        for space in (DCAT, DCTERMS):
            assert not str(term).startswith(str(space)) or term in space or term in DCAT_3, term
    for distribution in graph.objects(dataset, DCAT.distribution):
        [address] = graph.objects(distribution, DCAT.downloadURL)
        path = Path(str(address).removeprefix("file://"))
        [size] = graph.objects(distribution, DCAT.byteSize)
        assert path.stat().st_size == size.toPython()
        [checksum] = graph.objects(distribution, SPDX.checksum)
        assert (checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256) in graph


def test_cffconvert_is_content(described: Path) -> None:
    citation = Citation((described / "CITATION.cff").read_text())
    citation.validate()
    assert "(version 1.0.0)" in citation.as_apalike()
    assert "2001" in citation.as_bibtex()


def test_the_ro_crate_library_opens_the_release(described: Path) -> None:
    crate = ROCrate(described)
    assert crate.datePublished.date().isoformat() == "2001-02-03"
    listed = {entity.id for entity in crate.data_entities}
    present = {p.relative_to(described).as_posix() for p in described.rglob("*") if p.is_file()}
    assert listed == present - {"ro-crate-metadata.json", "SHA256SUMS"}
    graph = load(described, "ro-crate-metadata.json")["@graph"]
    ids = [node["@id"] for node in graph]
    assert len(ids) == len(set(ids))
    # Nothing is pointed to that is not described, but for the version of the format.
    pointed = set(re.findall(r'\{\s*"@id": "([^"]+)"\s*\}', json.dumps(graph)))
    assert pointed - set(ids) == {"https://w3id.org/ro/crate/1.1"}


def test_the_prov_library_reads_the_history(described: Path) -> None:
    history = ProvDocument.deserialize(str(described / "prov.json"), format="json")
    assert len(list(history.get_records(ProvActivity))) == 1
    labels = {str(entity.identifier) for entity in history.get_records(ProvEntity)}
    assert {"package:release", "table:documents"} <= labels
    assert ProvDocument.deserialize(content=history.serialize(format="json"), format="json") == history


def test_the_deposit_has_what_zenodo_asks_for(described: Path) -> None:
    deposit = load(described, "zenodo.json")
    assert {"upload_type", "title", "description", "creators", "publication_date", "access_right"} <= set(deposit)
    assert deposit["upload_type"] == "dataset"
    assert all(set(creator) <= {"name", "affiliation", "orcid"} for creator in deposit["creators"])
    assert re.fullmatch(r"(<p>[^<>]*</p>)+", deposit["description"])
    kinds = {"DataCurator", "DataCollector", "Editor", "Distributor", "DataManager", "Other"}
    assert all(person["type"] in kinds for person in deposit.get("contributors", ()))
    assert deposit.get("license", "cc0-1.0") in ("cc0-1.0", "cc-by-4.0")


def test_the_card_is_the_front_matter_of_the_datasheet(described: Path) -> None:
    text = (described / "README.md").read_text(encoding="utf-8")
    _, front, rest = text.split("---\n", 2)
    assert yaml.safe_load(front)["configs"]
    assert rest.startswith("\n# ")


def test_names_of_people_are_written_as_each_format_wants_them(described: Path) -> None:
    deposit = load(described, "zenodo.json")
    if deposit["creators"][0]["name"] != "Quay, Ada Maria":
        return  # Only the rich catalogue names a person.
    assert deposit["creators"][0] == {
        "name": "Quay, Ada Maria",
        "affiliation": "Harbour Board",
        "orcid": "0000-0002-1825-0097",
    }
    [person, body] = yaml.safe_load((described / "CITATION.cff").read_text())["authors"]
    assert person["family-names"] == "Quay"
    assert person["orcid"] == "https://orcid.org/0000-0002-1825-0097"
    assert body["name"] == "Harbour Board"


def test_a_table_without_rows_is_described_and_read(tmp_path: Path) -> None:
    (tmp_path / "port").mkdir()
    (tmp_path / "port" / "a.txt").write_text("A paper of the Board.\n\nNothing of note happened.\n")
    folder = publish(tmp_path / "port", tmp_path / "out")
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert list(dataset.records("dates")) == []
    assert "dates" in {config["config_name"] for config in yaml.safe_load(card(folder))["configs"]}


def card(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8").split("---\n")[1]
