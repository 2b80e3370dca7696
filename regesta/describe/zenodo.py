"""The metadata of a Zenodo deposit, by the names of its REST interface and of `.zenodo.json`."""

from __future__ import annotations

import html
from typing import Any

from babel.core import get_global

from regesta.describe.citation import UNKNOWN
from regesta.describe.facts import Agent, Facts, filled
from regesta.package.describe import to_json

_CONTRIBUTOR_TYPES = {
    "datacurator": "DataCurator",
    "datacollector": "DataCollector",
    "editor": "Editor",
    "publisher": "Distributor",
    "wrangler": "DataManager",
    "contributor": "Other",
}

# The codes of ISO 639-2/B, which ISO 639-3 does not have.
_LIBRARIANS = frozenset(
    {"alb", "arm", "baq", "bur", "chi", "cze", "dut", "fre", "geo", "ger", "gre", "ice"}
    | {"mac", "mao", "may", "per", "rum", "slo", "tib", "wel"}
)


def render(facts: Facts) -> str:
    """The text of zenodo.json."""
    return to_json(metadata(facts))


def metadata(facts: Facts) -> dict[str, Any]:
    """What stands under `metadata` in a deposit."""
    licences = facts.licences
    return filled(
        {
            "upload_type": "dataset",
            "title": facts.title,
            # Zenodo reads HTML, and asks for a description.
            "description": _html(facts.description or facts.title),
            "creators": [_creator(agent) for agent in facts.agents] or [{"name": UNKNOWN}],
            "contributors": [_contributor(agent, role) for agent in facts.agents for role in agent.roles],
            "version": facts.version,
            "publication_date": facts.date,
            "access_right": "open",
            # Zenodo takes one licence, by its SPDX name in small letters.
            "license": (licences[0].spdx or licences[0].name).lower() if licences else None,
            "keywords": facts.keywords,
            "language": _language(facts.languages),
            "notes": _html(_notes(facts)),
            "related_identifiers": _related(facts),
        }
    )


def _html(text: str) -> str:
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in text.split("\n\n") if part.strip())


def _name(agent: Agent) -> str:
    """Zenodo writes a person's family name first."""
    given, _, family = agent.name.rpartition(" ")
    return f"{family}, {given}" if agent.person and given else agent.name


def _creator(agent: Agent) -> dict[str, str]:
    return filled({"name": _name(agent), "affiliation": agent.affiliation, "orcid": agent.orcid})


def _contributor(agent: Agent, role: str) -> dict[str, str]:
    return {**_creator(agent), "type": _CONTRIBUTOR_TYPES.get(role.lower(), "Other")}


def _notes(facts: Facts) -> str:
    parts = [facts.descriptor.get("contentNotice"), facts.descriptor.get("rights")]
    period = f"Period covered: {facts.period[0]} to {facts.period[1]}." if facts.period else None
    further = [f"{licence.words}: {licence.url or licence.name}" for licence in facts.licences[1:]]
    return "\n\n".join(part for part in (*parts, period, *further) if part)


def _language(languages: list[str]) -> str | None:
    """Zenodo takes one language, by its code of three letters (ISO 639-3)."""
    if len(languages) != 1:
        return None
    code = languages[0].partition("-")[0]
    if len(code) == 3:
        return code
    longer = [long for long, short in get_global("language_aliases").items() if short == code and len(long) == 3]
    # The code that begins alike is that of the language as a whole, where there are several.
    longer = sorted(set(longer) - _LIBRARIANS, key=lambda long: (not long.startswith(code), long))
    return longer[0] if longer else None


def _related(facts: Facts) -> list[dict[str, str]]:
    found = [(source["url"], "isDerivedFrom") for source in facts.sources if source["url"]]
    if facts.homepage:
        found.append((facts.homepage, "isDocumentedBy"))
    return [
        {"identifier": address, "relation": relation, "scheme": "url"}
        for address, relation in dict.fromkeys(found)
        if address.startswith(("http://", "https://"))
    ]
