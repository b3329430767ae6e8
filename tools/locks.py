"""No lock file names a host: packages come from whatever registry a machine is set up to use."""

import re
import subprocess
import sys

LOCKS = ("package-lock.json", "uv.lock", "pyproject.toml", ".npmrc", "requirements.lock")
HOST = re.compile(r"https?://|registry|\.org\b|\.com\b|\.io\b")
ALLOWED = re.compile(r"omit-lockfile-registry-resolved")


def main():
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split()
    found = []
    for name in tracked:
        if name.rpartition("/")[2] in LOCKS:
            with open(name, encoding="utf-8") as file:
                found += [
                    f"{name}:{n}: {line.strip()}"
                    for n, line in enumerate(file, 1)
                    if HOST.search(line) and not ALLOWED.search(line)
                ]
    print("\n".join(found) or "No lock file names a host.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
