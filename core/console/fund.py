"""`mingzhang-cli fund …`: the answers around the settlement, away from the counter's path."""

import argparse

from core.console import fund_model
from core.console.commands import Commands, add_group
from core.console.output import answer, number_given, refuse, word_given
from core.exchange import fund
from core.messages import Fault, Message, message
from core.money import parse_yuan
from core.policy.shelf import load_documents
from core.words import Words


def add_parser(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    """Add `fund` and its commands to the console's."""
    add = add_group(commands, common, "fund", words.text("console.fund"))
    funding = add("funding", words.text("console.fund_funding"), _funding)
    funding.add_argument("--year", metavar="Y", required=True, help=words.text("console.fund_year"))
    areas = f"{{{','.join(fund.AREAS)}}}"
    funding.add_argument("--area", metavar=areas, default="province", help=words.text("console.fund_area"))
    funding.add_argument("--last-year", metavar="YUAN", help=words.text("console.fund_last_year"))
    make_up = add("make-up", words.text("console.fund_make_up"), _make_up)
    make_up.add_argument("--place", help=words.text("console.fund_place"))
    result = add("result", words.text("console.fund_result"), _result)
    result.add_argument("--premium", metavar="YUAN", required=True, help=words.text("console.fund_premium"))
    either = result.add_mutually_exclusive_group(required=True)
    either.add_argument("--surplus", metavar="YUAN", help=words.text("console.fund_surplus"))
    either.add_argument("--loss", metavar="YUAN", help=words.text("console.fund_loss"))
    warning = add("warning", words.text("console.fund_warning"), _warning)
    for name in ("budget", "planned", "spent"):
        warning.add_argument(
            f"--{name}", metavar="YUAN", required=True, help=words.text(f"console.fund_{name}")
        )
    fund_model.add_parser(add, words)


def _funding(args: argparse.Namespace, words: Words) -> int:
    amounts, faults = _amounts(args, "last_year")
    year = number_given(args.year, "year", 1, 9999, faults)
    word_given(args.area, "area", fund.AREAS, faults)
    if faults or year is None:
        return refuse(faults, words)
    last_year = amounts.get("last_year")
    return answer(fund.funding(load_documents(), words, year, args.area, last_year), words)


def _make_up(args: argparse.Namespace, words: Words) -> int:
    return answer(fund.make_up(load_documents(), words, args.place), words)


def _result(args: argparse.Namespace, words: Words) -> int:
    amounts, faults = _amounts(args, "premium", "surplus", "loss")
    if faults:
        return refuse(faults, words)
    surplus, loss = amounts.get("surplus", 0), amounts.get("loss", 0)
    return answer(fund.result(load_documents(), words, amounts["premium"], surplus, loss), words)


def _warning(args: argparse.Namespace, words: Words) -> int:
    amounts, faults = _amounts(args, "budget", "planned", "spent")
    if not faults and not amounts["budget"]:
        faults.append(Fault("budget", message("fault.number_from", first=1)))
    if faults:
        return refuse(faults, words)
    budget, planned, spent = amounts["budget"], amounts["planned"], amounts["spent"]
    return answer(fund.warning(load_documents(), words, budget, planned, spent), words)


def _amounts(args: argparse.Namespace, *names: str) -> tuple[dict[str, int], list[Fault]]:
    """Return the amounts (fen) of the arguments that were given, and the faults of those that are none."""
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
