"""RO-Crate 1.1: the release as a research object, every file with its size and checksum."""

from __future__ import annotations

from typing import Any

from regesta.describe.facts import Agent, Facts, File, filled, one_or_many
from regesta.package.describe import to_json
from regesta.package.verify import SUMS

NAME = "ro-crate-metadata.json"
_SOFTWARE = "#regesta"
_BUILD = "#build"


def render(facts: Facts) -> str:
    """The text of ro-crate-metadata.json, of the files that are there before it."""
    resources = {resource["path"]: resource for resource in facts.resources}
    files = [file for path, file in facts.files.items() if path not in (NAME, SUMS)]
    agents = {_agent_id(agent, number): agent for number, agent in enumerate(facts.agents, start=1)}
    return to_json(
        {
            "@context": [
                "https://w3id.org/ro/crate/1.1/context",
                {"sha256": "https://schema.org/sha256", "numberOfRows": "urn:regesta:terms:rows"},
            ],
            "@graph": [
                {
                    "@id": NAME,
                    "@type": "CreativeWork",
                    "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
                    "about": {"@id": "./"},
                },
                _root(facts, files, list(agents)),
                *(_file(file, resources.get(file.path)) for file in files),
                *_licences(facts),
                *(_agent(name, agent) for name, agent in agents.items()),
                *(_source(source) for source in facts.sources),
                *_history(facts, list(resources)),
            ],
        }
    )


def _ids(names: list[str]) -> list[dict[str, str]]:
    return [{"@id": name} for name in names]


def _root(facts: Facts, files: list[File], agents: list[str]) -> dict[str, Any]:
    return filled(
        {
            "@id": "./",
            "@type": "Dataset",
            "identifier": facts.descriptor["name"],
            "name": facts.title,
            # The format asks for a description.
            "description": facts.description or facts.title,
            "version": facts.version,
            "datePublished": facts.date,
            "license": one_or_many(_ids([_licence_id(licence) for licence in facts.licences])),
            "keywords": ", ".join(facts.keywords),
            "inLanguage": one_or_many(facts.languages),
            "url": facts.homepage,
            "temporalCoverage": "/".join(facts.period) if facts.period else None,
            "author": _ids(agents),
            "publisher": one_or_many(
                _ids([name for name, agent in zip(agents, facts.agents, strict=True) if agent in facts.publishers])
            ),
            "hasPart": _ids([file.path for file in files]),
            "mentions": _ids([_BUILD]),
        }
    )


def _file(file: File, resource: Any) -> dict[str, Any]:
    made = {
        "@id": file.path,
        "@type": "File",
        "name": file.path,
        "encodingFormat": file.media_type,
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
    }
    if resource:
        made |= {
            "name": resource["name"],
            "alternateName": resource["title"],
            "description": resource["description"],
            "numberOfRows": resource["rows"],
        }
    return made


def _licence_id(licence: Any) -> str:
    return licence.url or f"#licence-{licence.name}"


def _licences(facts: Facts) -> list[dict[str, Any]]:
    return [
        filled(
            {
                "@id": _licence_id(licence),
                "@type": "CreativeWork",
                "identifier": licence.name,
                "name": licence.words,
                "url": licence.url,
            }
        )
        for licence in facts.licences
    ]


def _agent_id(agent: Agent, number: int) -> str:
    return f"https://orcid.org/{agent.orcid}" if agent.orcid else f"#contributor-{number}"


def _agent(name: str, agent: Agent) -> dict[str, Any]:
    return filled(
        {
            "@id": name,
            "@type": "Person" if agent.person else "Organization",
            "name": agent.name,
            "affiliation": agent.affiliation,
            "url": agent.url,
        }
    )


def _source_id(source: Any) -> str:
    return f"#source-{source['source_id']}"


def _source(source: Any) -> dict[str, Any]:
    return filled(
        {
            "@id": _source_id(source),
            "@type": "CreativeWork",
            "identifier": source["source_id"],
            "name": source["title"],
            "url": source["url"],
            "inLanguage": source["language"],
            "sha256": source["sha256"],
        }
    )


def _history(facts: Facts, tables: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "@id": _SOFTWARE,
            "@type": "SoftwareApplication",
            "name": "Regesta",
            "softwareVersion": facts.software,
        },
        {
            "@id": _BUILD,
            "@type": "CreateAction",
            "name": f"Build of version {facts.version}",
            "endTime": facts.date,
            "instrument": {"@id": _SOFTWARE},
            "object": _ids([_source_id(source) for source in facts.sources]),
            "result": _ids(tables),
        },
    ]
