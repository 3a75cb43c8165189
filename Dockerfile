# A small image with `lightbox` for a user without rights:
#   docker build -t lightbox .
#   docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" lightbox sweep experiments/first.yaml
# With --build-arg PACKAGE=local the package of `make deb` is taken and nothing is compiled.
ARG PACKAGE=build
ARG BUILD_IMAGE=docker.io/library/swift:6.3-bookworm
ARG RUN_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends make git python3
WORKDIR /source
COPY . .
RUN make deb && mkdir /package && cp dist/*.deb /package/lightbox.deb

FROM scratch AS local
COPY dist/*.deb /package/lightbox.deb

FROM ${PACKAGE} AS package

FROM ${RUN_IMAGE}
COPY --from=package /package/lightbox.deb /tmp/lightbox.deb
RUN apt-get update && apt-get install -y --no-install-recommends /tmp/lightbox.deb \
    && rm -rf /tmp/lightbox.deb /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
    && useradd --create-home --uid 1000 lightbox
USER lightbox
WORKDIR /work
ENTRYPOINT ["lightbox"]
