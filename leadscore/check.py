"""Says which rule files are not UTF-8, before dbt dies of one without its name.

    python -m leadscore.check [folder, if not seeds]

What else can be wrong with a rule file, a build says by itself.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path


def problems(file: Path) -> Iterator[str]:
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            word = line[: error.end].split(b",")[-1] + line[error.end :].split(b",")[0]
            yield (
                f"{file}, line {number}: {word.decode(errors='replace')!r} is not UTF-8; "
                "save the file as 'CSV UTF-8'."
            )


def main(arguments: Sequence[str] | None = None) -> int:
    folders = sys.argv[1:] if arguments is None else arguments
    files = [file for folder in folders or ["seeds"] for file in Path(folder).rglob("*.csv")]
    found = [problem for file in sorted(files) for problem in problems(file)]
    print("\n".join(found[:20]), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
