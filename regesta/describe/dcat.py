"""DCAT 3 in JSON-LD: what catalogues of public data harvest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regesta.describe.facts import Agent, Facts, filled, one_or_many
from regesta.package.describe import to_json

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA = "https://www.iana.org/assignments/media-types/"


def render(facts: Facts) -> str:
    """The text of dcat.jsonld."""
    return to_json(
        {
            "@context": _CONTEXT,
            # The folder that this file stands in.
            "@id": "./",
            "@type": "dcat:Dataset",
        }
        | filled(
            {
                "dcterms:identifier": facts.descriptor["name"],
                "dcterms:title": facts.title,
                "dcterms:description": facts.description,
                "dcterms:issued": _day(facts.date),
                "dcterms:language": facts.languages,
                "dcterms:license": one_or_many(_licences(facts)),
                "dcterms:rights": _rights(facts),
                "dcterms:creator": [_agent(agent) for agent in facts.agents],
                "dcterms:publisher": one_or_many([_agent(agent) for agent in facts.publishers]),
                "dcterms:temporal": _period(facts),
                "dcterms:spatial": [{"@type": "dcterms:Location", "rdfs:label": place} for place in facts.places],
                "dcat:version": facts.version,
                "dcat:keyword": facts.keywords,
                "dcat:landingPage": {"@id": facts.homepage} if facts.homepage else None,
                "dcat:distribution": [_distribution(facts, resource) for resource in facts.resources],
            }
        )
    )


def _day(day: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": day}


def _licences(facts: Facts) -> list[dict[str, Any]]:
    return [
        filled(
            {
                "@id": licence.url,
                "@type": "dcterms:LicenseDocument",
                "dcterms:identifier": licence.name,
                "dcterms:title": licence.words,
            }
        )
        for licence in facts.licences
    ]


def _rights(facts: Facts) -> dict[str, Any] | None:
    words = facts.descriptor.get("rights")
    return {"@type": "dcterms:RightsStatement", "rdfs:label": words} if words else None


def _agent(agent: Agent) -> dict[str, Any]:
    return filled(
        {
            "@type": "foaf:Person" if agent.person else "foaf:Organization",
            "foaf:name": agent.name,
            "foaf:homepage": {"@id": agent.url} if agent.url else None,
        }
    )


def _period(facts: Facts) -> dict[str, Any] | None:
    if facts.period is None:
        return None
    first, last = facts.period
    return {"@type": "dcterms:PeriodOfTime", "dcat:startDate": _day(first), "dcat:endDate": _day(last)}


def _distribution(facts: Facts, resource: Mapping[str, Any]) -> dict[str, Any]:
    file = facts.data_file(resource)
    return {
        "@type": "dcat:Distribution",
        "dcterms:identifier": resource["name"],
        "dcterms:title": resource["title"],
        "dcterms:description": resource["description"],
        # DCAT has no word for the number of rows; VoID's number of documents comes nearest.
        "void:documents": resource["rows"],
        "dcat:downloadURL": {"@id": file.path},
        "dcat:accessURL": {"@id": file.path},
        "dcat:mediaType": {"@id": _MEDIA + resource["mediatype"]},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.bytes)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
        "dcterms:conformsTo": {"@id": "https://datapackage.org/profiles/2.0/datapackage.json"},
    } | filled({"dcterms:license": one_or_many([{"@id": x.url} for x in facts.licences if x.url])})
