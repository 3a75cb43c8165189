#!/bin/sh
# Drives the pages of `lightbox serve` in a real browser: run.sh LIGHTBOX
# Needs Chromium (Debian's package is installed where it is missing) and Playwright and axe-core from PyPI.
set -eu
lightbox=$1
sh scripts/install-packages.sh chromium
sh scripts/python-environment.sh .venv-browser playwright axe-playwright-python
exec .venv-browser/bin/python Tests/Browser/pages.py "$lightbox" "${2:-}"
