# Build:  docker build -t limner .          docker build --build-arg EXTRAS="postgres s3" -t limner .
# Run:    docker compose up -d              see compose.yaml; or, by hand:
#         docker run --stop-timeout 30 --read-only --tmpfs /tmp --env-file limner.env -v limner-data:/data limner
# A folder of the host in place of the named volume must belong to 10001. A settings file, if wanted:
#         -v ./config.toml:/app/config.toml:ro

FROM python:3.11.14-slim-bookworm@sha256:65a93d69fa75478d554f4ad27c85c1e69fa184956261b4301ebaf6dbb0a3543d AS builder
# Which extras of pyproject.toml to install beside the faster event loop, parted by spaces.
ARG EXTRAS=""
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy
WORKDIR /app
RUN pip install uv==0.13.9
COPY pyproject.toml uv.lock ./
# Tests, stubs, headers and voice libraries of packages are for nobody here.
RUN uv sync --locked --no-dev --no-cache --extra fast $(for each in $EXTRAS; do printf -- '--extra %s ' "$each"; done) \
    && find .venv -depth \( -type d \( -name tests -o -name test -o -name include \) -path '*/site-packages/*' \
        -o -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.c' -o -name '*.h' \) \) \
        -exec rm -rf {} + \
    && rm -rf .venv/lib/python3*/site-packages/discord/bin
COPY bot bot
COPY cogs cogs
# Compiled once, and never again: a changed time of a file must not make a read-only container compile at each start.
# Readable for the bot's user, also where the checkout was made under a strict umask.
RUN .venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash .venv/lib bot cogs \
    && chmod -R a+rX bot cogs

FROM python:3.11.14-slim-bookworm@sha256:65a93d69fa75478d554f4ad27c85c1e69fa184956261b4301ebaf6dbb0a3543d
ARG VERSION="0.1.0"
ARG REVISION=""
LABEL org.opencontainers.image.title="Limner" \
      org.opencontainers.image.description="A Discord bot that paints your characters: save a face once, pose it anywhere." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="docker.io/library/python:3.11.14-slim-bookworm"
# Names in reports and captions of sheets in scripts that the bundled font lacks: Arabic, Hebrew, Armenian, Georgian.
# Pillow shapes and turns them with the second. Any versions will do.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-dejavu-core libfribidi0 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin limner \
    && install --directory --owner=limner --group=limner --mode=0700 /data
WORKDIR /app
COPY --from=builder /app /app
# The port is for the health signal: it listens inside of the container alone, unless LIMNER_METRICS__HOST says otherwise.
ENV LIMNER_DATABASE__URL=sqlite:////data/limner.db \
    LIMNER_METRICS__PORT=9300 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
# The database, its lock and write-ahead log, and the pictures: all that is ever written.
VOLUME /data
USER 10001:10001
STOPSIGNAL SIGTERM
# Whether the event loop turns. Discord or the image service being away is no reason to start it anew.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 \
    CMD ["/app/.venv/bin/python", "-m", "bot", "health"]
ENTRYPOINT ["/app/.venv/bin/python", "-m", "bot"]
CMD ["run"]
