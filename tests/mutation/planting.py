"""mutmut plants the faults: a copy of each file of the rules that holds them, and what each one changes."""

import contextlib
import difflib
import hashlib
from pathlib import Path
from typing import Final, NamedTuple

MUTATED: Final = ("core/rules/*.py", "core/bands.py", "core/settle.py", "core/policy/select*.py")
_MARK: Final = "# type: ignore # mutmut generated"


class Fault(NamedTuple):
    """A fault by mutmut's name, where it is planted, and the line before and with it.

    ``digest`` is of the whole function: what was found out about a fault holds while it stands as it was.
    """

    name: str
    function: str
    was: str
    becomes: str
    digest: str


def plant(work: Path) -> list[Fault]:
    """Write every fault into the copy of the program in ``work``, file by file, and return them all."""
    from mutmut.mutation.file_mutation import mutate_file_contents  # with the extra `mutation` alone

    faults = []
    for pattern in MUTATED:
        for path in sorted(work.glob(pattern)):
            inside = path.relative_to(work)
            module = ".".join(inside.with_suffix("").parts).removesuffix(".__init__")
            with contextlib.chdir(work):  # mutmut reads its settings where it stands
                mutated = mutate_file_contents(str(inside), path.read_text(encoding="utf-8"))
            path.write_text(mutated.code, encoding="utf-8")
            lines = mutated.code.splitlines()
            texts = {
                name: [line.replace(_MARK, "").strip() for line in lines[span.start - 1 : span.end]]
                for name, span in mutated.line_span_by_function_name.items()
            }
            faults += [_fault(module, name, texts) for name in mutated.mutant_names]
    return faults


def _fault(module: str, name: str, texts: dict[str, list[str]]) -> Fault:
    mangled = name.partition("__mutmut_")[0]
    before = [line.replace(f"{mangled}__mutmut_orig", mangled) for line in texts[f"{mangled}__mutmut_orig"]]
    after = [line.replace(name, mangled) for line in texts[name]]
    changed = [line for line in difflib.ndiff(before, after) if line[:1] in "-+"]
    was, becomes = (" ".join(line[2:] for line in changed if line[0] == sign) for sign in "-+")
    function = f"{module}.{mangled.removeprefix('x_')}"
    digest = hashlib.sha256("\n".join(before).encode()).hexdigest()[:12]
    return Fault(f"{module}.{name}", function, was, becomes, digest)
