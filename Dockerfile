# Two images of one static binary: `minimal` holds nothing else but the roots of trust, `shell` is for CI systems that
# run scripts inside the image.
#
#   docker build --target minimal -t zencat .
#   docker run --rm zencat demo
#   docker run --rm -v "$PWD:/work" --env-file credentials zencat plan
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM alpine:3.22 AS shell
RUN apk add --no-cache ca-certificates && adduser -D -u 65532 zencat
COPY --from=build /src/target/release/zencat /usr/local/bin/zencat
USER zencat
WORKDIR /work
CMD ["zencat", "--help"]

FROM gcr.io/distroless/static-debian12:nonroot AS minimal
COPY --from=build /src/target/release/zencat /usr/local/bin/zencat
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/zencat"]
CMD ["--help"]
