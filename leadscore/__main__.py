"""python -m leadscore learn ..."""

import sys


def main() -> None:
    if sys.argv[1:2] != ["learn"]:
        raise SystemExit("Write: python -m leadscore learn [options]; --help lists them.")
    from leadscore.learn import cli

    cli.main(sys.argv[2:])


if __name__ == "__main__":
    main()
