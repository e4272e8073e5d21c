"""The code on a sheet: the request, the documents and the pack that settled it, and the result's fingerprint.

The text is ``MZ1:`` and base32 of four bytes of check and the compressed JSON. These are letters and digits
only, which a QR code packs closest. The text holds nothing of who the patient is. A region's pack is named by
id, day and hash; whoever checks the sheet looks it up.
"""

import binascii
import hashlib
import json
import unicodedata
import zlib
from base64 import b32decode, b32encode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from core.claim import BY_DISEASE, NO_ENROLMENT, NOTHING_YET, Claim, YearToDate
from core.exchange import fingerprints
from core.exchange.answer import totals
from core.exchange.request import RequestReader
from core.ledger.record import canonical, digest
from core.messages import Fault, Message, message, term
from core.money import plain
from core.names import is_unseen
from core.policy.select import Policy
from core.settle import settle, settle_by_year
from core.settlement import Amounts, Settlement
from core.vocabulary import Care, Transfer

PREFIX: Final = "MZ1:"
_CHECK: Final = 4
_LARGEST: Final = 100_000
"""The most bytes that a code may unfold to."""
_RESULT, _SOURCE = 16, 8
"""The digits of a hash that the code keeps: of the result, and of a document or pack."""
_FIRST_TOTALS, _FIRST_PARTS = 10, 9
"""The totals and parts that codes have always had; later ones join a fingerprint where they are not 0."""

# Texts that codes have in common: a change of one letter here makes every code of MZ1 unreadable.
_COMMON: Final = (
    b'"other_years":{"2024":{"2025":{"2026":{"basic_settlement":{"deductible":"","fund_paid":""}'
    b'"enrolment":{"consecutive_years":0,"fraud_amounts":["],"gap_years":0,"zero_claim_years":0}'
    b'"benefit":"chronic_outpatient","common_outpatient","day_surgery","special_outpatient",'
    b'"disease":1,"disease_rank":2,"major_disease":true,"special_disease":2,"specific_item":true,'
    b'"two_disease_drugs":true,"transfer":{"deductible_paid":"","kind":"up"}{"kind":"down"},'
    b'"population":"low_income","rural_destitute","urban_destitute","orphan","registered_poor","relapse_risk",'
    b'"hospital_level":"village_clinic","level_1","level_3","settled":"over_limit":"rule_year":null,'
    b'"year_to_date":{"admissions":1,"assistance_deductible":"assistance_paid":"basic_paid":"chronic":{"'
    b'"common_outpatient_deductible":"common_outpatient_paid":"critical_burden":"critical_paid":"in_scope":"'
    b'"paid":"special_outpatient_deductible":"'
    b'{"amounts":[,0,0,null,"documents":{"2019-21":","2025-12-31":","entry":,"pack":["2026-01-01","'
    b'"request":{"admitted":"2026-0","benefit":"inpatient","category_b_selfpay":".00","discharged":"2026-'
    b'"eligible":"00.00","hospital_level":"level_2","region":"jilin/","total":"000.00"},"result":"'
)


class Coded(NamedTuple):
    """A sheet's code, read.

    ``pack`` is (id, effective day, hash); ``documents`` are the hashes, by id, of the documents cited.
    ``amounts`` are fen by the platform's names, None where one was missing. ``entry`` None: an estimate.
    ``rule_year`` None: settled by the year of discharge.
    """

    request: dict[str, Any]
    pack: tuple[str, str, str]
    documents: dict[str, str]
    amounts: dict[str, int | None]
    result: str
    entry: int | None
    rule_year: int | None


class Difference(NamedTuple):
    """An amount (fen) on the sheet and as it is worked out here; None where there is none."""

    name: str
    sheet: int | None
    here: int | None


class Checked(NamedTuple):
    """A sheet that was worked out again.

    ``settlement`` None: it could not be worked out, and ``why`` says why. ``changed`` names the documents and
    packs that are not the ones that the sheet was made by.
    """

    coded: Coded
    agrees: bool
    settlement: Settlement | None
    differences: tuple[Difference, ...]
    changed: tuple[Message, ...]
    why: Message | None


def request_of(claim: Claim, region: str) -> dict[str, Any]:
    """Return a claim in the interface's form, without the cells that say nothing."""
    form: dict[str, Any] = {
        "region": region,
        "benefit": claim.benefit.value,
        "hospital_level": claim.level.value,
        "discharged": claim.discharged.isoformat(),
        "eligible": plain(claim.eligible),
        "population": claim.population.value,
    }
    for name in ("admitted", "settled"):
        if getattr(claim, name) != claim.discharged:
            form[name] = getattr(claim, name).isoformat()
    if claim.total != claim.eligible:
        form["total"] = plain(claim.total)
    form |= {name: plain(fen) for name, fen in _costs_of(claim) if fen}
    if claim.care is not Care.LOCAL:
        form["care"] = claim.care.value
    if claim.transfer is not Transfer.NONE:
        form["transfer"] = {"kind": claim.transfer.value}
        if claim.chain_paid is not None:
            form["transfer"]["deductible_paid"] = plain(claim.chain_paid)
        if claim.chain_stays != 1:
            form["transfer"]["earlier_stays"] = claim.chain_stays
    for name in ("major_disease", "specific_item", "two_disease_drugs"):
        if getattr(claim, name):
            form[name] = True
    for name in ("case", "special_disease", "disease"):
        if getattr(claim, name) is not None:
            form[name] = getattr(claim, name)
    if claim.disease_rank != 1:
        form["disease_rank"] = claim.disease_rank
    if claim.basic_settlement is not None:
        form["basic_settlement"] = {
            name: plain(fen) for name, fen in claim.basic_settlement._asdict().items()
        }
    if claim.year_to_date != NOTHING_YET:
        form["year_to_date"] = _filled(claim.year_to_date)
    if claim.other_years:
        form["other_years"] = {str(year): _filled(other) for year, other in claim.other_years.items()}
    if claim.enrolment != NO_ENROLMENT:
        counts = claim.enrolment._asdict()
        counts["fraud_amounts"] = [plain(fen) for fen in claim.enrolment.fraud_amounts]
        form["enrolment"] = {name: count for name, count in counts.items() if count}
    return form


def _costs_of(claim: Claim) -> list[tuple[str, int]]:
    """Return a claim's parts of the bill (fen) by their fields; Category B in the field that it came in."""
    by_amount = claim.category_b_amount is not None
    return [
        ("over_limit", claim.over_limit),
        (
            "category_b_amount" if by_amount else "category_b_selfpay",
            claim.category_b_amount or claim.category_b,
        ),
        ("hospital_part", claim.hospital_part),
    ]


def _filled(year: YearToDate) -> dict[str, Any]:
    """Return a year's totals without those that are nothing."""
    filled = {name: value for name, value in totals(year).items() if value not in (0, "0.00", {})}
    for diseases in BY_DISEASE:
        if diseases in filled:
            filled[diseases] = {
                number: {name: text for name, text in each.items() if text != "0.00"}
                for number, each in filled[diseases].items()
            }
    return filled


def encode(
    claim: Claim,
    policy: Policy,
    settlement: Settlement,
    documents: Mapping[str, str],
    entry: int | None = None,
) -> str:
    """Return the code's text. ``documents`` are the SHA-256, by id, of those on file when it was settled.

    ``entry`` None: an estimate.
    """
    cited = {step.source.document for step in settlement.steps}
    cited |= {note.source.document for note in settlement.notes if note.source}
    cited |= {figure.source.document for figure in settlement.missing if figure.source}
    by_number = {document.number: document.id for document in policy.documents.all}
    used = sorted(by_number[number] for number in cited if number in by_number)
    region = policy.region
    content: dict[str, Any] = {
        "request": request_of(claim, region.id),
        "pack": [region.effective.isoformat(), fingerprints.of_pack(policy)[:_SOURCE]],
        "documents": {id_: documents[id_][:_SOURCE] for id_ in used if id_ in documents},
        "amounts": _amounts(settlement),
        "result": fingerprint(settlement),
    }
    if entry is not None:
        content["entry"] = entry
    if settlement.year != claim.discharged.year:
        content["rule_year"] = settlement.year
    return _written(content)


def fingerprint(settlement: Settlement) -> str:
    """Return the beginning of the SHA-256 of every figure of a settlement. Words may change without it."""
    return digest(
        canonical([_figures(settlement), *(_figures(o.settlement) for o in settlement.alternatives)])
    )[:_RESULT]


def _figures(settlement: Settlement) -> list[Any]:
    year, parts = settlement.year_to_date, settlement.patient_parts
    totals_after: list[Any] | None = None
    if year is not None:
        totals_after = [*year[:_FIRST_TOTALS], sorted(year.chronic.items())]
        if year.special or year.carried_common:
            totals_after += [sorted(year.special.items()), year.carried_common]
    return [
        settlement.year,
        sorted(figure.path for figure in settlement.missing),
        _amounts(settlement),
        parts if parts is None or parts.elsewhere or parts.hospital else parts[:_FIRST_PARTS],
        settlement.basic_bands,
        settlement.critical_bands,
        settlement.critical,
        totals_after,
    ]


def _amounts(settlement: Settlement) -> list[int | None]:
    """Return the amounts in order, without a hospital's part of 0, which earlier codes do not have."""
    amounts = list(settlement.amounts)
    return amounts if amounts[-1] != 0 else amounts[:-1]


def _written(content: Mapping[str, Any]) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_COMMON)
    packed = packer.compress(canonical(content).encode()) + packer.flush()
    return PREFIX + b32encode(_check(packed) + packed).decode().rstrip("=")


def _check(packed: bytes) -> bytes:
    return hashlib.sha256(packed).digest()[:_CHECK]


def bare_text(text: str) -> str:
    """Return a code's text without white space and marks that nobody sees, narrow and in capitals."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(each for each in narrow if not each.isspace() and not is_unseen(each)).upper()


def decode(text: str) -> Coded | Message:
    """Read a code's text as it was scanned, or say what is wrong. What nobody sees does not matter."""
    bare = bare_text(text)
    if not bare.startswith(PREFIX):
        if bare.startswith("MZ") and ":" in bare[:6]:
            return message("sheet.newer")
        return message("sheet.not_a_code", prefix=PREFIX)
    letters = bare.removeprefix(PREFIX)
    try:
        raw = b32decode(letters + "=" * (-len(letters) % 8))
        if raw[:_CHECK] != _check(raw[_CHECK:]):
            return message("sheet.damaged")
        unpacker = zlib.decompressobj(-15, zdict=_COMMON)
        content = json.loads(unpacker.decompress(raw[_CHECK:], _LARGEST))
        effective, pack = content["pack"]
        request, documents = content["request"], content["documents"]
        numbers = [*content["amounts"], content.get("entry"), content.get("rule_year")]
        if not all(number is None or type(number) is int for number in numbers):
            return message("sheet.damaged")
        return Coded(
            request,
            (str(request["region"]), str(effective), str(pack)),
            {str(id_): str(hash_) for id_, hash_ in documents.items()},
            Amounts(*content["amounts"])._asdict(),
            str(content["result"]),
            content.get("entry"),
            content.get("rule_year"),
        )
    except (binascii.Error, ValueError, LookupError, TypeError, AttributeError, zlib.error, RecursionError):
        return message("sheet.damaged")


def check(coded: Coded, reader: RequestReader) -> Checked:
    """Work a sheet out again by the documents and packs that are on file here."""
    id_, effective, hash_ = coded.pack
    changed = _other_documents(coded, reader)

    def unable(why: Message) -> Checked:
        return Checked(coded, False, None, (), tuple(changed), why)

    versions = {pack.effective.isoformat(): pack for pack in reader.regions.versions(id_)}
    if effective not in versions:
        return unable(message("sheet.pack_unknown", id=id_, effective=effective))
    policy = reader.policy(versions[effective])
    if fingerprints.of_pack(policy)[:_SOURCE] != hash_:
        changed.append(message("sheet.pack_differs", name=policy.region.name, effective=effective))
    asked = reader.read_tables(dict(coded.request), [], totals_follow=True)
    if isinstance(asked, list):
        return unable(_first(asked))
    claim = asked.claim
    if asked.policy is not policy:
        newer = asked.policy.region.effective.isoformat()
        changed.append(message("sheet.pack_newer", name=policy.region.name, effective=newer))
    if coded.rule_year is None:
        settlement = settle(policy, claim)
    elif claim.benefit.pooled and coded.rule_year in claim.other_years:
        settlement = settle_by_year(policy, claim, coded.rule_year)
    else:
        return unable(message("ledger.rule_year", year=str(coded.rule_year)))
    differences = tuple(
        Difference(name, coded.amounts[name], now)
        for name, now in settlement.amounts._asdict().items()
        if coded.amounts[name] != now
    )
    agrees = not differences and fingerprint(settlement) == coded.result
    return Checked(coded, agrees, settlement, differences, tuple(changed), None)


def _other_documents(coded: Coded, reader: RequestReader) -> list[Message]:
    """Return a message for each cited document that is not on file here, or says something else."""
    here = fingerprints.of_documents(reader.documents)
    numbers = {document.id: document.number for document in reader.documents.all}
    changed = []
    for id_, hash_ in coded.documents.items():
        if id_ not in here:
            changed.append(message("sheet.document_missing", id=id_))
        elif here[id_][:_SOURCE] != hash_:
            changed.append(message("sheet.document_differs", number=numbers[id_]))
    return changed


def _first(faults: list[Fault]) -> Message:
    return message("sheet.refused", field=faults[0].field, why=faults[0].message)


def said(checked: Checked) -> list[Message]:
    """Return the outcome in sentences, the answer first."""
    sentences: list[Message] = []
    if checked.why is not None:
        sentences.append(checked.why)
    elif checked.agrees:
        sentences.append(message("sheet.agrees"))
    else:
        sentences.append(message("sheet.differs"))
        for each in checked.differences:
            sheet, here = (message("sheet.nothing") if fen is None else plain(fen) for fen in each[1:])
            sentences.append(
                message("sheet.difference", label=term("amount", each.name), sheet=sheet, here=here)
            )
        if not checked.differences:
            sentences.append(message("sheet.elsewhere"))
        if not checked.changed:
            sentences.append(message("sheet.same_rules"))
    return [*sentences, *checked.changed]
