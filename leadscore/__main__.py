"""python -m leadscore init|learn ..."""

import sys


def main() -> None:
    match sys.argv[1:2]:
        case ["init"]:
            from leadscore import packs

            packs.main(sys.argv[2:])
        case ["learn"]:
            from leadscore.learn import cli

            cli.main(sys.argv[2:])
        case _:
            raise SystemExit(
                "Write: python -m leadscore init|learn [options]; --help lists them."
            )


if __name__ == "__main__":
    main()
