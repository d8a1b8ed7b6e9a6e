"""Health check within a container: `python -m deploy.containers.healthy PROCESS` ends with 0 when it serves.

It runs every few seconds for as long as the container does, so it reads its settings from the environment and loads
nothing but what the one call needs.
"""

import http.client
import os
import sys
from pathlib import Path
from typing import Any

_SECONDS = 3.0


def service_serves(service: str) -> bool:
    """Whether the service of this container serves; asked with its own certificate."""
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    def setting(name: str) -> str:
        return os.environ[f"LOTSE_{service.upper()}_{name}"]

    ca, key, certificate = (Path(setting(f"TLS_{kind}_FILE")).read_bytes() for kind in ("CA", "KEY", "CERT"))
    options = [("grpc.ssl_target_name_override", f"lotse-{service}"), ("grpc.default_authority", f"lotse-{service}")]
    target = f"127.0.0.1:{setting('LISTEN').rpartition(':')[2]}"
    with grpc.secure_channel(target, grpc.ssl_channel_credentials(ca, key, certificate), options=options) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)  # its types know only the asynchronous kind
        try:
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=_SECONDS)
        except grpc.RpcError as error:
            sys.stderr.write(f"{error.code().name}\n")
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def gateway_serves() -> bool:
    """Whether the gateway of this container is ready; asked under its inner host, since it answers to no other."""
    port = os.environ["LOTSE_GATEWAY_LISTEN"].rpartition(":")[2]
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=_SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Host": os.environ["LOTSE_GATEWAY_INNER_HOST"]})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"{type(error).__name__}\n")
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    process = sys.argv[1]
    sys.exit(0 if (gateway_serves() if process == "gateway" else service_serves(process)) else 1)
