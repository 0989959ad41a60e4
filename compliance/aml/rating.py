"""I rate the risk of a person's case from named factors, each with its points and its reason; pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

HIGH_RISK = frozenset({"KP", "IR", "MM"})  # FATF, call for action, 21 February 2025
MEDIUM, HIGH = 20, 50
WEIGHTS = {"mirror_trades": 25, "structuring": 25, "wash_trades": 15, "shared_access": 15, "edited_afterwards": 10,
           "impossible_result": 10, "dormant_then_active": 10}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Factor:
    name: str
    points: int
    why: str


def factors(
    *, country: str, kyc_status: str, sanctions: int, exposed: int, open_hits: int, alerts: Sequence[str]
) -> list[Factor]:
    found = []
    if sanctions:
        found.append(Factor("sanctions", 60, f"{sanctions} confirmed hit(s) on a sanctions list"))
    if exposed:
        found.append(Factor("exposed", 25, "holds a public office, or is close to one who does"))
    if open_hits:
        found.append(Factor("unresolved", 10, f"{open_hits} hit(s) that nobody has looked at"))
    if country.upper() in HIGH_RISK:
        found.append(Factor("country", 30, f"lives in {country}, under the FATF's call for action"))
    if kyc_status != "verified":
        found.append(Factor("identity", 10, f"identity is {kyc_status}"))
    found += [Factor(rule, WEIGHTS.get(rule, 10), f"alert {rule}") for rule in sorted(set(alerts))]
    return found


def rated(found: Sequence[Factor]) -> tuple[str, int]:
    points = sum(factor.points for factor in found)
    return ("high" if points >= HIGH else "medium" if points >= MEDIUM else "low"), points


def told(found: Sequence[Factor]) -> list[dict[str, Any]]:
    return [asdict(factor) for factor in found]
