#!/usr/bin/env bash
# Installs a browser for Gristmill if it finds none, and prints which one is used. Usage: get_browser.sh PYTHON
set -euo pipefail

python=$1

# An installed package may still fail to start: a snap stub, or a missing library.
starts() { "$1" --version >/dev/null 2>&1; }

playwrights_own_starts() {
  "$python" -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch().close()' >/dev/null 2>&1
}

# In the order in which Gristmill itself searches.
find_browser() {
  local name
  playwrights_own_starts && echo "Playwright's own" && return
  for name in chromium-headless-shell chromium google-chrome; do
    starts "$name" && command -v "$name" && return
  done
  return 1
}

install_with_apt() {
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || return 1
  apt-get install -qq -y chromium-headless-shell >/dev/null || apt-get install -qq -y chromium >/dev/null
}

install_with_playwright() {
  # --with-deps needs sudo; without it the libraries may already be installed.
  "$python" -m playwright install --with-deps chromium-headless-shell ||
    "$python" -m playwright install chromium-headless-shell
}

if [[ -n ${GRISTMILL_CHROMIUM:-} ]]; then
  starts "$GRISTMILL_CHROMIUM" && echo "Browser: $GRISTMILL_CHROMIUM" && exit
  echo "GRISTMILL_CHROMIUM=$GRISTMILL_CHROMIUM does not start: correct it or unset it." >&2
  exit 1
fi
if browser=$(find_browser); then
  echo "Browser: $browser"
  exit
fi
for way in install_with_apt install_with_playwright; do
  echo "No browser found: ${way//_/ }"
  if "$way" && browser=$(find_browser); then
    echo "Browser: $browser"
    exit
  fi
done
echo "No browser could be installed. Install Chromium, or set GRISTMILL_CHROMIUM to its executable." >&2
exit 1
