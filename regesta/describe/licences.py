"""A licence, and the names that others know it by."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

# Hugging Face writes most SPDX names in lower case; these it has cut short.
_HUGGING_FACE = {"odbl-1.0": "odbl", "odc-by-1.0": "odc-by", "pddl-1.0": "pddl"}
_HUGGING_FACE_KNOWN = {
    *("cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0"),
    *("cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0"),
    *("cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "pddl"),
    *("odbl", "odc-by", "apache-2.0", "mit", "etalab-2.0", "unlicense", "wtfpl", "gfdl", "osl-3.0", "ofl-1.1"),
}


@dataclass(frozen=True)
class Licence:
    """A licence as the catalogue has it (Data Package `licenses`)."""

    name: str
    title: str | None = None
    path: str | None = None

    @property
    def spdx(self) -> str | None:
        """Its SPDX identifier, if `name` is one."""
        try:
            found = str(canonicalize_license_expression(self.name))
        except InvalidLicenseExpression:
            return None
        return found if " " not in found and not found.startswith("LicenseRef-") else None

    @property
    def url(self) -> str | None:
        """Its web address: the one in the catalogue, or else the page that SPDX keeps of it."""
        if self.path:
            return self.path
        return f"https://spdx.org/licenses/{self.spdx}" if self.spdx else None

    @property
    def words(self) -> str:
        """Its title, or else its name."""
        return self.title or self.name

    @property
    def hugging_face(self) -> str | None:
        """The identifier that the Hugging Face Hub has for it, if it has one."""
        name = (self.spdx or self.name).lower()
        name = _HUGGING_FACE.get(name, name)
        return name if name in _HUGGING_FACE_KNOWN else None
