# Keycloak, built once with our options so that it starts optimised on a file system that nobody can write to.
FROM quay.io/keycloak/keycloak:26.7.4 AS build
RUN /opt/keycloak/bin/kc.sh build --db=postgres --cache=local --health-enabled=true \
    --features-disabled=impersonation,ciba,device-flow,kerberos

FROM quay.io/keycloak/keycloak:26.7.4
COPY --from=build /opt/keycloak/lib/quarkus/ /opt/keycloak/lib/quarkus/
COPY --chmod=755 deploy/containers/keycloak.sh /opt/keycloak/bin/lotse.sh
ENTRYPOINT ["/opt/keycloak/bin/lotse.sh"]
