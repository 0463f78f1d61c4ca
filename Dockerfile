# The espalier command in a container:
#
#   docker build -t espalier .
#   docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" espalier fine-tune
#
# Runs, data and plugins are named relative to /work. Native libraries are unpacked into /cache; mount a volume there, and they
# are unpacked once only.
FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /source
COPY . .
RUN mvn -B -Pdistribution -DskipTests -pl cli -am package \
 && mkdir /opt/espalier \
 && tar -xzf cli/target/espalier-*.tar.gz -C /opt/espalier --strip-components 1

FROM eclipse-temurin:17-jre
COPY --from=build /opt/espalier /opt/espalier
ENV ESPALIER_CACHE=/cache LC_ALL=C.UTF-8
# The folders are writable for every user, because --user may name any. The first start makes the archive of classes in the
# background, which no user could write later; without it, commands only start more slowly.
RUN ln -s /opt/espalier/bin/espalier /usr/local/bin/espalier \
 && mkdir -m 1777 /cache /work \
 && espalier --version \
 && { timeout 120 sh -c 'until ls /opt/espalier/classes-*.jsa 2>/dev/null; do sleep 1; done' || echo 'no archive of classes'; }
WORKDIR /work
ENTRYPOINT ["espalier"]
CMD ["--help"]
