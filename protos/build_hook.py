"""Generates the Python code of the protos into protos/gen, for wheels and for editable installs.

Run as a program (`python protos/build_hook.py`) it does the same for a checkout that is installed already; with
`--image FILE` it writes the descriptor image that `buf lint` and `buf breaking` read.
"""

from __future__ import annotations

import shutil
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

PROTOS = Path(__file__).parent
GENERATED = PROTOS / "gen"


def validate_descriptor_set() -> bytes:
    """The descriptors of buf/validate/validate.proto and all it imports, as a serialized FileDescriptorSet.

    protovalidate ships the generated module and not the proto file. The module is private to protovalidate, so its
    version is pinned exactly and a test holds that this function still finds it.
    """
    from google.protobuf import descriptor_pb2
    from protovalidate._gen.buf.validate import validate_pb

    files: dict[str, bytes] = {}

    def collect(file: Any) -> None:
        for dependency in file.dependencies:
            collect(dependency)
        files.setdefault(file.name, file.proto.to_binary())

    collect(validate_pb.desc())
    return descriptor_pb2.FileDescriptorSet(
        file=[descriptor_pb2.FileDescriptorProto.FromString(content) for content in files.values()]
    ).SerializeToString()


def proto_files() -> list[str]:
    """The project's own proto files, relative to protos/, sorted."""
    return sorted(str(path.relative_to(PROTOS)) for path in (PROTOS / "lotse").rglob("*.proto"))


def run_protoc(*arguments: str) -> None:
    """Run protoc over the project's protos with buf.validate at hand; raises RuntimeError when protoc refuses."""
    import grpc_tools
    from grpc_tools import protoc

    well_known = str(Path(grpc_tools.__file__).parent / "_proto")
    with tempfile.NamedTemporaryFile(suffix=".binpb") as descriptors:
        descriptors.write(validate_descriptor_set())
        descriptors.flush()
        # protoc resolves every import from the descriptor set or from the roots, never from both for one file.
        status = protoc.main(
            ["protoc", f"-I{PROTOS}", f"-I{well_known}", f"--descriptor_set_in={descriptors.name}", *arguments]
        )
    if status != 0:
        message = "protoc refused the protos; its messages stand above"
        raise RuntimeError(message)


def write_image(path: Path) -> None:
    """Write the descriptor image that `buf lint` and `buf breaking` read."""
    run_protoc("--include_imports", "--include_source_info", f"--descriptor_set_out={path}", *proto_files())


def fingerprint() -> str:
    """What the generated code depends on: changes when a proto or a generator changes."""
    import hashlib

    digest = hashlib.sha256()
    for package in ("grpcio-tools", "mypy-protobuf", "protovalidate"):
        digest.update(f"{package}={version(package)}\n".encode())
    for name in [*proto_files(), Path(__file__).name]:
        digest.update(name.encode() + b"\0" + (PROTOS / name).read_bytes())
    return digest.hexdigest()


def generate() -> bool:
    """Generate the code when something changed since the last time; says whether it did."""
    stamp = GENERATED / ".fingerprint"
    wanted = fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    new = PROTOS / "gen.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    scripts = Path(sysconfig.get_path("scripts"))
    run_protoc(
        f"--plugin=protoc-gen-mypy={scripts / 'protoc-gen-mypy'}",
        f"--plugin=protoc-gen-mypy_grpc={scripts / 'protoc-gen-mypy_grpc'}",
        f"--python_out={new}",
        f"--grpc_python_out={new}",
        f"--mypy_out=quiet:{new}",
        f"--mypy_grpc_out=quiet,only_async:{new}",
        "buf/validate/validate.proto",
        *proto_files(),
    )
    (new / stamp.name).write_text(wanted)
    shutil.rmtree(GENERATED, ignore_errors=True)
    new.rename(GENERATED)
    return True


if __name__ == "__main__":
    if sys.argv[1:2] == ["--image"]:
        write_image(Path(sys.argv[2]))
    else:
        sys.stdout.write("protos: generated\n" if generate() else "protos: nothing changed\n")
else:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg, misc, unused-ignore]
        """hatchling's entry point."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Generate, and put the code into a wheel; an editable install finds it by `dev-mode-dirs`.

            A copy in an editable install would hide every later generation.
            """
            generate()
            if version == "standard":
                build_data["force_include"].update({str(GENERATED / name): name for name in ("lotse", "buf")})
