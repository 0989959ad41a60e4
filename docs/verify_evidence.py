"""Check an evidence pack, with nothing of AETHERIS: verify_evidence.py PACK.zip PUBLIC_KEY_HEX [ANCHORS.jsonl]."""

import hashlib
import json
import sys
import zipfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(entry: dict) -> bytes:
    """Walk from the leaf up; a node without a neighbour moves up as it is (RFC 6962)."""
    here, steps = sha(b"\0", bytes.fromhex(entry["line"])), list(entry["path"])
    index, count = entry["index"], entry["count"]
    while count > 1:
        if index % 2:
            here = sha(b"\1", bytes.fromhex(steps.pop(0)), here)
        elif index + 1 < count:
            here = sha(b"\1", here, bytes.fromhex(steps.pop(0)))
        index, count = index // 2, (count + 1) // 2
    return here if not steps else b""


def main(pack: str, public_key: str, anchors: str = "") -> int:
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    wrong, seals, before = [], {}, None
    with zipfile.ZipFile(pack) as archive:
        entries, chain = json.loads(archive.read("entries.json")), json.loads(archive.read("seals.json"))
    for seal in chain:
        body = json.loads(seal["body"])
        seals[body["number"]] = body | {"head": seal["head"]}
        if sha(seal["body"].encode()).hex() != seal["head"]:
            wrong.append(f"seal {body['number']}: its body does not give its head")
        if before and (body["previous"], body["number"]) != (before["head"], before["number"] + 1):
            wrong.append(f"seal {body['number']}: it does not follow the one before")
        try:
            key.verify(bytes.fromhex(seal["signature"]), bytes.fromhex(seal["head"]))
        except InvalidSignature:
            wrong.append(f"seal {body['number']}: its signature is not the key's")
        before = seals[body["number"]]
    for entry in entries:
        told = seals.get(entry["seal"], {}).get("chapters", {}).get(entry["chapter"], {})
        if root_of(entry).hex() != told.get("root") or entry["count"] != told.get("count"):
            wrong.append(f"entry {entry['sequence']}: it is not what seal {entry['seal']} closed")
    for line in Path(anchors).read_text().splitlines() if anchors else ():
        anchor = json.loads(line)
        if anchor["number"] in seals and seals[anchor["number"]]["head"] != anchor["head"]:
            wrong.append(f"seal {anchor['number']}: another head was anchored outside")
    print("\n".join(wrong) or f"{len(entries)} entries under {len(seals)} seals: everything stands")
    return 1 if wrong or not entries else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
