# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
# No install script of any dependency runs: esbuild's binary is a package of its own.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node build/bundle.ts dist

# Node, its C library and CA certificates; no shell, no package manager.
FROM gcr.io/distroless/nodejs24-debian12:nonroot
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="mcrouter-operator" \
      org.opencontainers.image.description="Run memcached behind mcrouter on Kubernetes" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
# Owned by root and never written: the root file system may be read-only.
COPY --from=build /src/package.json ./package.json
COPY --from=build /src/charts/mcrouter ./charts/mcrouter
COPY --from=build /src/dist ./dist
ENV NODE_ENV=production
# One pool of free memory instead of one for each of Node's threads: docs/adr/0013-memory-of-the-processes.md
ENV MALLOC_ARENA_MAX=1
USER 65532:65532
# Bounds what Node holds besides the heap in use: docs/adr/0013-memory-of-the-processes.md
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=4", "/app/dist/mcrouter-operator.js"]
CMD ["--help"]
