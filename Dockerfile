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
# The folders are writable for every user, because --user may name any.
RUN ln -s /opt/espalier/bin/espalier /usr/local/bin/espalier \
 && mkdir -m 1777 /cache /work
ENV ESPALIER_CACHE=/cache LC_ALL=C.UTF-8
WORKDIR /work
ENTRYPOINT ["espalier"]
CMD ["--help"]
