"""``python -m infraaudit`` is the same as ``infraaudit``."""

from infraaudit.cli import run

if __name__ == "__main__":
    run()
