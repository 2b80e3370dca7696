# Untried: no container engine was at hand where this was written. It runs the command and nothing else; the server and
# its database are containers of their own (docs/schedule.md), and no port is opened here.
#
#   docker build -t regesta .
#   docker run --rm -v "$PWD/raw:/papers/raw:ro" -v "$PWD/datapackage:/papers/datapackage" -v "$PWD/processed:/papers/processed" \
#       --user "$(id -u):$(id -g)" regesta build
FROM python:3.12-slim

WORKDIR /opt/regesta
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY regesta regesta
COPY flows flows
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

# Prefect keeps its settings and, without a server, its database here; any user may write.
ENV PREFECT_HOME=/tmp/prefect HOME=/tmp
WORKDIR /papers
RUN useradd --create-home --uid 1000 regesta && chown regesta /papers
USER regesta
ENTRYPOINT ["regesta"]
CMD ["build"]
