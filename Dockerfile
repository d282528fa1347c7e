# The sensor with a Java runtime of its own.
#
#   docker build -t tap445 .
#   docker run --rm -p 10445:10445 tap445                      the demo
#   docker run -d --network host --cap-drop all --cap-add NET_RAW --cap-add SETUID --cap-add SETGID \
#     -v tap445:/var/lib/tap445 tap445 live -i eth1            a mirror port of this machine
#
# Where the registries are out of reach, both images can be replaced: BUILD_IMAGE has a JDK 25 and Maven, BASE_IMAGE is
# a Debian with glibc.
ARG BUILD_IMAGE=docker.io/library/maven:3-eclipse-temurin-25
ARG BASE_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
# More arguments for Maven, such as -o
ARG MAVEN_ARGS=""
WORKDIR /src
COPY pom.xml ./
COPY sensor/pom.xml sensor/
COPY sensor/src/main sensor/src/main
RUN mvn -B -q -ntp ${MAVEN_ARGS} -Pruntime -Dmaven.test.skip=true package \
    && rm sensor/target/runtime/lib/server/classes_nocoops.jsa # for heaps beyond 32 GB

FROM ${BASE_IMAGE}
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libpcap0.8 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
    && useradd --uid 10445 --user-group --home-dir /var/lib/tap445 --no-create-home --shell /usr/sbin/nologin tap445 \
    && install -d -m 0750 -o tap445 -g tap445 /var/lib/tap445 /var/log/tap445
COPY --from=build /src/sensor/target/runtime /opt/java
COPY --from=build /src/sensor/target/tap445-sensor.jar /opt/tap445/
COPY --from=build /src/sensor/target/lib /opt/tap445/lib
COPY --from=build /src/sensor/target/native /opt/tap445/native
COPY sensor/bin/jvm.options /opt/tap445/
COPY deploy/container/tap445 deploy/container/healthcheck /usr/local/bin/
# The JVM's cache of loaded and linked classes, from one run of the demo: half the time to the first packet.
RUN /opt/java/bin/java @/opt/tap445/jvm.options -XX:AOTCacheOutput=/opt/tap445/tap445.aot -cp /opt/tap445/tap445-sensor.jar \
      dev.tap445.app.Main demo --once --quiet --speed 1000000 --web.listen-address 127.0.0.1:0 \
    && chmod 644 /opt/tap445/tap445.aot
# Where the sensor keeps what it knows; systemd sets the same variable.
ENV STATE_DIRECTORY=/var/lib/tap445
WORKDIR /var/lib/tap445
VOLUME /var/lib/tap445
EXPOSE 10445
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["healthcheck"]
ENTRYPOINT ["tap445"]
CMD ["demo", "--web.listen-address", "0.0.0.0:10445"]
