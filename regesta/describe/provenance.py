"""PROV-JSON: what the release was made from, by which code, and who answers for it.

The number that Prefect gives to a run is left out on purpose: it differs from run to run, and the same sources, code
and release date must give the same bytes. The code is named by its version, which changes when its rows do. Prefect
keeps the number, with the way to the release, in the artifact `row-counts` of the run.
"""

from __future__ import annotations

from typing import Any

from regesta.describe.facts import Facts, filled
from regesta.package.describe import to_json


def render(facts: Facts) -> str:
    """The text of prov.json."""
    day = {"$": f"{facts.date}T00:00:00Z", "type": "xsd:dateTime"}
    tables = [f"table:{resource['name']}" for resource in facts.resources]
    sources = [f"source:{source['source_id']}" for source in facts.sources]
    agents = {f"agent:{number}": agent for number, agent in enumerate(facts.agents, start=1)}
    return to_json(
        filled(
            {
                "prefix": _prefixes(facts),
                "entity": {
                    "package:release": {
                        "prov:type": _name("prov:Collection"),
                        "prov:label": f"{facts.title}, version {facts.version}",
                        "regesta:version": facts.version,
                        "prov:generatedAtTime": day,
                    },
                    **{name: _table(facts, resource) for name, resource in zip(tables, facts.resources, strict=True)},
                    **{name: _source(source) for name, source in zip(sources, facts.sources, strict=True)},
                },
                "activity": {"package:build": {"prov:label": "regesta build"}},
                "agent": {
                    "package:software": {
                        "prov:type": _name("prov:SoftwareAgent"),
                        "prov:label": "regesta",
                        "regesta:version": facts.software,
                    },
                    **{
                        name: {
                            "prov:type": _name("prov:Person" if agent.person else "prov:Organization"),
                            "prov:label": agent.name,
                        }
                        for name, agent in agents.items()
                    },
                },
                "used": _relations("used", "package:build", "prov:activity", "prov:entity", sources),
                "wasGeneratedBy": {
                    f"_:generated{number}": {"prov:entity": name, "prov:activity": "package:build"}
                    for number, name in enumerate(["package:release", *tables], start=1)
                },
                "hadMember": _relations("member", "package:release", "prov:collection", "prov:entity", tables),
                "wasDerivedFrom": _relations(
                    "derived", "package:release", "prov:generatedEntity", "prov:usedEntity", sources
                ),
                "wasAssociatedWith": {
                    "_:associated1": {"prov:activity": "package:build", "prov:agent": "package:software"}
                },
                "wasAttributedTo": _relations(
                    "attributed", "package:release", "prov:entity", "prov:agent", list(agents)
                ),
            }
        )
    )


def _prefixes(facts: Facts) -> dict[str, str]:
    base = f"urn:regesta:{facts.descriptor['name']}:"
    release = f"{base}{facts.version}:"
    return {
        "package": release,
        "table": f"{release}table:",
        "source": f"{base}source:",
        "agent": f"{base}agent:",
        "regesta": "urn:regesta:terms:",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }


def _name(qualified: str) -> dict[str, str]:
    return {"$": qualified, "type": "prov:QUALIFIED_NAME"}


def _table(facts: Facts, resource: Any) -> dict[str, Any]:
    return {
        "prov:label": resource["title"],
        "regesta:path": resource["path"],
        "regesta:sha256": facts.data_file(resource).sha256,
        "regesta:rows": resource["rows"],
    }


def _source(source: Any) -> dict[str, Any]:
    return filled(
        {
            "prov:label": source["title"],
            "regesta:path": source["path"],
            "regesta:sha256": source["sha256"],
            "regesta:bytes": source["bytes"],
            "regesta:retrieved": source["retrieved"] and source["retrieved"].isoformat(),
            "prov:location": source["url"],
        }
    )


def _relations(label: str, one: str, its_role: str, their_role: str, many: list[str]) -> dict[str, dict[str, str]]:
    return {f"_:{label}{number}": {its_role: one, their_role: name} for number, name in enumerate(many, start=1)}
