# Build:  docker build -t limner .
# Run:    docker run --stop-timeout 30 --read-only --env-file limner.env -v limner-data:/data limner
# A folder of the host in place of the named volume must belong to 10001. A settings file, if wanted:
#         -v ./config.toml:/app/config.toml:ro

FROM python:3.11.14-slim-bookworm AS builder
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1
WORKDIR /app
RUN pip install uv==0.13.9
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-group demo --no-cache

FROM python:3.11.14-slim-bookworm
# Names in reports and captions of sheets in scripts that the bundled font lacks: Arabic, Hebrew, Armenian, Georgian.
# Pillow shapes and turns them with the second. Any versions will do.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-dejavu-core libfribidi0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin limner \
    && install --directory --owner=limner --group=limner --mode=0700 /data
WORKDIR /app
COPY --from=builder /app/.venv .venv
COPY bot bot
COPY cogs cogs
ENV LIMNER_DATABASE__URL=sqlite:////data/limner.db \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
# The database, its lock and write-ahead log, and the pictures: all that is ever written.
VOLUME /data
USER 10001:10001
STOPSIGNAL SIGTERM
# No HEALTHCHECK: the bot listens on no port, and a process that is stuck would still pass a shallow one.
ENTRYPOINT ["/app/.venv/bin/python", "-m", "bot"]
CMD ["run"]
