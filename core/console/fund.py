"""`mingzhang-cli fund …`: what is around the settlement, away from the counter's path."""

import argparse
import sys
from typing import Any

from core.exchange import fund
from core.exchange.answer import refusal
from core.exchange.jsontext import write_line
from core.messages import Fault, Message, message
from core.money import parse_yuan
from core.policy.shelf import load_documents
from core.words import Words

DONE, REFUSED = 0, 2


def add_parser(commands: Any, common: argparse.ArgumentParser, said: Words) -> None:
    """Adds the commands around the settlement."""
    parser = commands.add_parser("fund", help=said.text("console.fund"))
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = kinds.add_parser(
            name, parents=[common], help=said.text(f"console.fund_{name.replace('-', '_')}")
        )
        made.set_defaults(run=run)
        return made

    funding = command("funding", _funding)
    funding.add_argument("--year", type=int, required=True, help=said.text("console.fund_year"))
    funding.add_argument(
        "--area", choices=fund.AREAS, default="province", help=said.text("console.fund_area")
    )
    funding.add_argument("--last-year", metavar="YUAN", help=said.text("console.fund_last_year"))
    make_up = command("make-up", _make_up)
    make_up.add_argument("--place", help=said.text("console.fund_place"))
    result = command("result", _result)
    result.add_argument("--premium", metavar="YUAN", required=True, help=said.text("console.fund_premium"))
    either = result.add_mutually_exclusive_group(required=True)
    either.add_argument("--surplus", metavar="YUAN", help=said.text("console.fund_surplus"))
    either.add_argument("--loss", metavar="YUAN", help=said.text("console.fund_loss"))
    warning = command("warning", _warning)
    for name in ("budget", "planned", "spent"):
        warning.add_argument(
            f"--{name}", metavar="YUAN", required=True, help=said.text(f"console.fund_{name}")
        )


def _funding(args: argparse.Namespace, said: Words) -> int:
    amounts, faults = _amounts(args, "last_year")
    if not 1 <= args.year <= 9999:
        faults.append(Fault("year", message("fault.number_between", first=1, last=9999)))
    if faults:
        return _print(faults, said)
    return _print(fund.funding(load_documents(), said, args.year, args.area, amounts.get("last_year")), said)


def _make_up(args: argparse.Namespace, said: Words) -> int:
    return _print(fund.make_up(load_documents(), said, args.place), said)


def _result(args: argparse.Namespace, said: Words) -> int:
    amounts, faults = _amounts(args, "premium", "surplus", "loss")
    if faults:
        return _print(faults, said)
    made = fund.result(
        load_documents(), said, amounts["premium"], amounts.get("surplus", 0), amounts.get("loss", 0)
    )
    return _print(made, said)


def _warning(args: argparse.Namespace, said: Words) -> int:
    amounts, faults = _amounts(args, "budget", "planned", "spent")
    if not faults and not amounts["budget"]:
        faults.append(Fault("budget", message("fault.number_from", first=1)))
    if faults:
        return _print(faults, said)
    return _print(
        fund.warning(load_documents(), said, amounts["budget"], amounts["planned"], amounts["spent"]), said
    )


def _amounts(args: argparse.Namespace, *names: str) -> tuple[dict[str, int], list[Fault]]:
    """The amounts (fen) among the arguments that were given, and what is wrong with the others."""
    amounts, faults = {}, []
    for name in names:
        text = getattr(args, name)
        if text is None:
            continue
        parsed = parse_yuan(text)
        if isinstance(parsed, Message):
            faults.append(Fault(name, parsed))
        else:
            amounts[name] = parsed
    return amounts, faults


def _print(made: dict[str, Any] | list[Fault], said: Words) -> int:
    refused = isinstance(made, list)
    sys.stdout.write(write_line(refusal(made, said) if isinstance(made, list) else made) + "\n")
    return REFUSED if refused else DONE
