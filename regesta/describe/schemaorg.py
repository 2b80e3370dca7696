"""schema.org Dataset in JSON-LD: what search engines for data read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regesta.describe.facts import Agent, Facts, File, filled, one_or_many
from regesta.describe.licences import Licence
from regesta.package.describe import to_json


def render(facts: Facts) -> str:
    """The text of schema.org.jsonld."""
    coverage = facts.descriptor.get("coverage", {})
    return to_json(
        filled(
            {
                "@context": "https://schema.org/",
                "@type": "Dataset",
                "name": facts.title,
                "alternateName": facts.descriptor["name"],
                "description": facts.description,
                "url": facts.homepage,
                "version": facts.version,
                "datePublished": facts.date,
                "isAccessibleForFree": True,
                "inLanguage": facts.languages,
                "keywords": facts.keywords,
                "license": one_or_many([_licence(licence) for licence in facts.licences]),
                "creator": [agent_node(agent) for agent in facts.agents],
                "publisher": one_or_many([agent_node(agent) for agent in facts.publishers]),
                "temporalCoverage": "/".join(facts.period) if facts.period else None,
                "spatialCoverage": [{"@type": "Place", "name": place} for place in coverage.get("spatial", ())],
                "isBasedOn": [_source(source) for source in facts.sources],
                "distribution": [_download(facts.data_file(resource), resource) for resource in facts.resources],
                "hasPart": [_table(resource) for resource in facts.resources],
            }
        )
    )


def agent_node(agent: Agent) -> dict[str, Any]:
    """A contributor as schema.org has persons and bodies."""
    affiliation = {"@type": "Organization", "name": agent.affiliation} if agent.affiliation else None
    kind = "Person" if agent.person else "Organization"
    return filled(
        {"@type": kind, "name": agent.name, "url": agent.url, "email": agent.email, "affiliation": affiliation}
    )


def _licence(licence: Licence) -> dict[str, Any]:
    return filled({"@type": "CreativeWork", "identifier": licence.name, "name": licence.words, "url": licence.url})


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    publisher = {"@type": "Organization", "name": source["publisher"]} if source["publisher"] else None
    return filled(
        {
            "@type": "CreativeWork",
            "identifier": source["source_id"],
            "name": source["title"],
            "url": source["url"],
            "inLanguage": source["language"],
            "encodingFormat": source["media_type"],
            "publisher": publisher,
        }
    )


def _download(file: File, resource: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": resource["name"],
        "contentUrl": file.path,
        "encodingFormat": resource["mediatype"],
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
    }


def _table(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "Dataset",
        "name": resource["name"],
        "alternateName": resource["title"],
        "description": resource["description"],
        "size": {"@type": "QuantitativeValue", "value": resource["rows"], "unitText": "rows"},
        "variableMeasured": [
            filled(
                {
                    "@type": "PropertyValue",
                    "name": field["name"],
                    "description": field["description"],
                    "unitText": field.get("unit"),
                    # The type, by the name that the table schema has for it.
                    "valueReference": {"@type": "DefinedTerm", "termCode": field["type"]},
                }
            )
            for field in resource["schema"]["fields"]
        ],
    }
