"""Croissant 1.0: the tables as record sets that machine learning tools load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regesta.describe.facts import Facts, filled, one_or_many
from regesta.package.describe import to_json

_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}
# The context that the specification prescribes, word for word.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def render(facts: Facts) -> str:
    """The text of croissant.json."""
    return to_json(
        filled(
            {
                "@context": _CONTEXT,
                "@type": "sc:Dataset",
                "conformsTo": "http://mlcommons.org/croissant/1.0",
                "name": facts.title,
                "description": facts.description,
                "url": facts.homepage,
                "license": one_or_many([licence.url or licence.name for licence in facts.licences]),
                "version": facts.version,
                "datePublished": facts.date,
                "keywords": facts.keywords,
                "inLanguage": one_or_many(facts.languages),
                "creator": [
                    filled({"@type": "sc:Person" if a.person else "sc:Organization", "name": a.name, "url": a.url})
                    for a in facts.agents
                ],
                "isLiveDataset": False,
                "citeAs": _bibtex(facts),
                "distribution": [_file(facts, resource) for resource in facts.resources],
                "recordSet": [_record_set(resource, facts.resources) for resource in facts.resources],
            }
        )
    )


def _bibtex(facts: Facts) -> str:
    authors = " and ".join(f"{{{agent.name}}}" for agent in facts.agents)
    parts = {"author": authors, "title": f"{{{facts.title}}}", "version": facts.version, "year": facts.date[:4]}
    fields = ", ".join(f"{key} = {{{value}}}" for key, value in parts.items() if value)
    return f"@misc{{{facts.descriptor['name']}, {fields}}}"


def _file_id(resource: Mapping[str, Any]) -> str:
    return f"file-{resource['name']}"


def _file(facts: Facts, resource: Mapping[str, Any]) -> dict[str, Any]:
    file = facts.data_file(resource)
    return {
        "@type": "cr:FileObject",
        "@id": _file_id(resource),
        "name": file.path.rpartition("/")[2],
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _record_set(resource: Mapping[str, Any], resources: list[Mapping[str, Any]]) -> dict[str, Any]:
    schema, name = resource["schema"], resource["name"]
    references = {}
    for key in schema.get("foreignKeys", ()):
        target = key["reference"]["resource"]
        # A reference to the table itself, or to a key of several columns, cannot be said in Croissant.
        if target and len(key["fields"]) == 1:
            references[key["fields"][0]] = {
                # To the column of the file, not to the field of the record set: mlcroissant cannot read records
                # whose reference leads to records that have references themselves.
                "fileObject": {"@id": _file_id({"name": target})},
                "extract": {"column": key["reference"]["fields"][0]},
            }
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{resource['description']} {resource['rows']} rows.",
        "key": [{"@id": f"{name}/{column}"} for column in schema["primaryKey"]],
        "field": [_field(resource, field, references.get(field["name"])) for field in schema["fields"]],
    }


def _field(resource: Mapping[str, Any], field: Mapping[str, Any], reference: Any) -> dict[str, Any]:
    unit = f" Unit: {field['unit']}." if "unit" in field else ""
    made = {
        "@type": "cr:Field",
        "@id": f"{resource['name']}/{field['name']}",
        "name": field["name"],
        "description": field["description"] + unit,
        "dataType": _TYPES[field["type"]],
        "source": {"fileObject": {"@id": _file_id(resource)}, "extract": {"column": field["name"]}},
    }
    if reference:
        made["references"] = reference
    return made
