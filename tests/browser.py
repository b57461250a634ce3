"""Debian's Chromium, driven by its own driver. It is installed where that is ours to do, as Java is."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from deploy.local.apt import apt_install, may_install

PACKAGES = ("chromium", "chromium-driver", "fonts-dejavu-core")


@contextlib.contextmanager
def chromium(folder: Path) -> Iterator[Chrome]:
    """A browser without a window, that reaches nothing but this machine."""
    program, driver = _programs(folder / "apt.log")
    options = ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--no-sandbox",  # as root there is none
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=1280,900",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = Chrome(options=options, service=Service(driver))
    browser.set_page_load_timeout(60)
    try:
        yield browser
    finally:
        browser.quit()


def _programs(log: Path) -> tuple[str, str]:
    found = shutil.which("chromium"), shutil.which("chromedriver")
    if None in found and may_install():
        apt_install(PACKAGES, os.environ, log)
        found = shutil.which("chromium"), shutil.which("chromedriver")
    program, driver = found
    if program is None or driver is None:
        pytest.skip(f"there is no Chromium with its driver here: install {' and '.join(PACKAGES[:2])}")
    return program, driver
