#!/bin/sh
# Starts Keycloak with its two secrets from files: it takes them from its environment only, and what a container is
# given as environment can be read by whoever may look at the container.
set -eu
KC_DB_PASSWORD=$(cat /run/secrets/database)
KC_BOOTSTRAP_ADMIN_CLIENT_SECRET=$(cat /run/secrets/provisioner)
export KC_DB_PASSWORD KC_BOOTSTRAP_ADMIN_CLIENT_SECRET
exec /opt/keycloak/bin/kc.sh start --optimized
