"""Writes the generated pages of docs/.

access.md from the descriptors of the protos, hsds-profile.md from the profile, consent-conformance.md from its data.

`python docs/generate.py` writes, `python docs/generate.py --check` only says whether a committed page is stale
(exit status 1). docs/errors.md is written by the gateway, which owns the texts: `python -m gateway errors-doc`.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import FieldDescriptor, FileDescriptor, MethodDescriptor
from lotse.options.v1 import access_pb2

from gateway.hsds.profile import profile_markdown

DOCS = Path(__file__).parent
PROTOS = DOCS.parent / "protos"


def proto_descriptors() -> list[FileDescriptor]:
    """The file descriptors of the project's own protos, sorted by name."""
    names = sorted(path.relative_to(PROTOS) for path in (PROTOS / "lotse").rglob("*.proto"))
    modules = (".".join([*name.parts[:-1], f"{name.stem}_pb2"]) for name in names)
    return [import_module(module).DESCRIPTOR for module in modules]


def words(enum: str, values: list[int]) -> str:
    """The enum values as the words that pages and JSON use."""
    descriptor = access_pb2.DESCRIPTOR.enum_types_by_name[enum]
    prefix = descriptor.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return ", ".join(
        descriptor.values_by_number[value].name.removeprefix(prefix).lower().replace("_", "-") for value in values
    )


def access_row(method: MethodDescriptor) -> str:
    """One table row: RPC, who, roles, scopes, freshness."""
    rule = method.GetOptions().Extensions[access_pb2.access]
    login = []
    if rule.HasField("max_auth_age"):
        login.append(f"within {rule.max_auth_age.seconds // 60} min")
    if rule.min_acr:
        login.append(f"acr ≥ {rule.min_acr}")
    staff = access_pb2.PRINCIPAL_KIND_STAFF in rule.principals
    cells = [
        f"`{method.name}`",
        words("PrincipalKind", list(rule.principals)),
        words("Role", list(rule.roles)) or ("any" if staff else "–"),
        words("ClientScope", list(rule.scopes)) or "–",
        ", ".join(login) or ("any" if staff else "–"),
    ]
    return "| " + " | ".join(cells) + " |"


def personal_fields(file: FileDescriptor) -> list[str]:
    """The fields of a file that are marked as personal data."""

    def marked(field: FieldDescriptor) -> bool:
        return bool(field.GetOptions().Extensions[access_pb2.personal_data])

    return [
        f"`{message.name}.{field.name}`"
        for message in file.message_types_by_name.values()
        for field in message.fields
        if marked(field)
    ]


def access_page() -> str:
    """The page docs/access.md."""
    lines = [
        "# Who may call what",
        "",
        "Generated from the protos by `python docs/generate.py`; not edited by hand. Which *process* may call a gRPC",
        "service at all is a setting (caller allow-list). Every RPC checks in this order: caller, principal, role or",
        "scope, then the object itself; an object of others answers like one that does not exist.",
    ]
    for file in proto_descriptors():
        for service in file.services_by_name.values():
            lines += ["", f"## {service.full_name}", "", "| RPC | principal | roles | scopes | login |"]
            lines += ["|---|---|---|---|---|", *(access_row(method) for method in service.methods)]
    lines += ["", "## Fields with personal data", "", "They never stand in a log, an error or a URL.", ""]
    for file in proto_descriptors():
        fields = personal_fields(file)
        if fields:
            lines.append(f"- {file.package}: {', '.join(fields)}")
    return "\n".join(lines) + "\n"


def conformance_topic(topic: dict[str, Any]) -> list[str]:
    """One topic: what stands for it here, the tests that show it, and the statements that it answers."""
    lines = [
        "",
        f"### {topic['title']}",
        "",
        f"{'Applies' if topic['applies'] else 'Does not apply'}. {topic['here']}",
        "",
    ]
    for test in topic.get("tests", []):
        path, name = test.split("::")
        lines.append(f"- [`{name}`](../{path})")
    if "tests" in topic:
        lines.append("")
    lines += ["| no. | statement |", "|---|---|"]
    return lines + [f"| {number} | {text.replace('|', '&#124;')} |" for number, text in topic["statements"].items()]


def conformance_page() -> str:
    """The page docs/consent-conformance.md."""
    answers = tomllib.loads((DOCS / "consent-conformance.toml").read_text())
    every = sum(len(topic["statements"]) for topic in answers["fast"])
    apply = sum(len(topic["statements"]) for topic in answers["fast"] if topic["applies"])
    held = sum(example["applies"] for example in answers["ihe"])
    lines = [
        "# Consent beside two yardsticks of others",
        "",
        "Generated from consent-conformance.toml by `python docs/generate.py`; not edited by hand.",
        "",
        "HL7's “Scalable Consent Management” (FAST) and IHE's “Privacy Consent on FHIR” (PCF) are written for FHIR",
        "servers of hospitals. Lotsennetz is none: its services speak gRPC, and nothing here claims to talk FHIR. What",
        "their authors learnt about consent holds all the same: it is recorded, replaced, revoked, enforced, written",
        "down, told on. So each statement and each example is answered: by a test that shows what stands for it, or",
        "by why nothing does.",
        "",
        f"Of {every} statements of FAST {apply} apply in substance and {every - apply} do not.",
        f"Of {len(answers['ihe'])} examples of PCF {held} can be held here; they are decided as meant there.",
        "",
        "## HL7 FAST: the statements",
    ]
    for topic in answers["fast"]:
        lines += conformance_topic(topic)
    lines += ["", "## IHE PCF: the example consents", "", "Each one that has a counterpart is decided in"]
    lines += ["[`test_ihe_examples.py`](../tests/unit/consent/test_ihe_examples.py).", ""]
    lines += ["| example | here | remark |", "|---|---|---|"]
    lines += [f"| {each['name']} | {'yes' if each['applies'] else 'no'} | {each['here']} |" for each in answers["ihe"]]
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """What each generated page is to hold."""
    return {
        DOCS / "access.md": access_page(),
        DOCS / "consent-conformance.md": conformance_page(),
        DOCS / "hsds-profile.md": profile_markdown(),
    }


def main() -> int:
    """Write or check; the exit status says whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only say what is stale")
    check = parser.parse_args().check
    stale = [page for page, text in pages().items() if not page.is_file() or page.read_text() != text]
    for page in stale:
        if check:
            sys.stderr.write(f"{page.name} is stale: run `python docs/generate.py` and commit it\n")
        else:
            page.write_text(pages()[page])
            sys.stdout.write(f"wrote {page.name}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
