# A ready benchmark: Gristmill, a browser that renders alike on every machine, and worlds already built.
#   docker build --tag gristmill .
#   docker run --rm --volume "$PWD/runs:/runs" gristmill
FROM python:3.12-slim-bookworm AS wheel
WORKDIR /src
COPY pyproject.toml README.md LICENSE THIRD_PARTY.md ./
COPY src src
COPY agents agents
COPY apps apps
COPY envs envs
COPY snapshots snapshots
COPY verifiers verifiers
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.12-slim-bookworm
ENV PYTHONUNBUFFERED=1
RUN apt-get update \
 && apt-get install --yes --no-install-recommends chromium-headless-shell \
 && rm -rf /var/lib/apt/lists/*
COPY constraints.txt /opt/gristmill/constraints.txt
COPY --from=wheel /wheels /opt/gristmill/wheels
RUN python -m pip install --no-cache-dir --constraint /opt/gristmill/constraints.txt /opt/gristmill/wheels/*.whl
# Starts the browser, builds a world, and fails the build if anything is missing.
RUN gristmill doctor
# As root: Chromium's own sandbox needs rights that containers do not have by default.
WORKDIR /runs
VOLUME /runs
ENTRYPOINT ["gristmill"]
CMD ["bench", "--suite", "smoke", "--agent", "oracle", "--out", "/runs/smoke"]
