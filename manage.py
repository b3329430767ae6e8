#!/usr/bin/env python
"""Run a command of the project; `start` brings the whole system up."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["start"]:
        from config.launch import environment

        os.environ |= environment(sys.argv[2:], os.environ)  # before the settings are read
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
