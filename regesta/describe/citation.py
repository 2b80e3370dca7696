"""CITATION.cff 1.2.0: how to cite the release."""

from __future__ import annotations

from typing import Any

import yaml

from regesta.describe.facts import Agent, Facts, filled

UNKNOWN = "Author not stated"
"""What stands for the author where the catalogue names none: the format does not allow to leave it out."""


def render(facts: Facts) -> str:
    """The text of CITATION.cff."""
    licences = facts.licences
    names = [licence.spdx for licence in licences if licence.spdx]
    whole = len(names) == len(licences)
    elsewhere = next((licence.url for licence in licences if licence.url), None)
    record = filled(
        {
            "cff-version": "1.2.0",
            "message": "If you use this dataset, please cite it as below, with its version.",
            "type": "dataset",
            "title": facts.title,
            "abstract": facts.description,
            "version": facts.version,
            "date-released": facts.date,
            "authors": [_agent(agent) for agent in facts.agents] or [{"name": UNKNOWN}],
            "license": (names[0] if len(names) == 1 else names) if whole else None,
            "license-url": None if whole else elsewhere,
            "keywords": facts.keywords,
            "url": facts.homepage,
        }
    )
    return to_yaml(record)


def to_yaml(value: dict[str, Any]) -> str:
    """YAML as releases have it: keys in the order given, letters as they are, no line folded."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=2**31)


def _agent(agent: Agent) -> dict[str, Any]:
    website = agent.url if agent.url and agent.url.startswith(("http://", "https://")) else None
    more = filled(
        {
            "affiliation": agent.affiliation if agent.person else None,
            "email": agent.email,
            "orcid": f"https://orcid.org/{agent.orcid}" if agent.orcid else None,
            "website": None if agent.orcid else website,
        }
    )
    given, _, family = agent.name.rpartition(" ")
    if agent.person and given:
        return {"given-names": given, "family-names": family, **more}
    # A body, or a person of one name: the format has `name` for bodies only, and takes an alias for anyone.
    return {"alias" if agent.person else "name": agent.name, **more}
