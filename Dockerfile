# SPDX-License-Identifier: Apache-2.0
# Both programs, the packs and the samples. Every step is a step of ./dev, which tests/container runs too.
FROM debian:12-slim AS build
WORKDIR /src
COPY dev ./
RUN ./dev setup build
COPY . .
RUN DESTDIR=/out ./dev install

FROM debian:12-slim
COPY dev /tmp/dev
RUN /tmp/dev setup run && rm -rf /tmp/dev /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/scowire --create-home --uid 10001 scowire
COPY --from=build /out/ /
USER scowire
WORKDIR /var/lib/scowire
VOLUME /var/lib/scowire
# Loopback of the container: enough for the health check. Give SCOWIRE_HTTP=0.0.0.0:8080 to reach it from outside.
ENV SCOWIRE_HTTP=127.0.0.1:8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/healthz"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["scowire-consumer"]
CMD ["run"]
