"""Check an evidence pack, with nothing of AETHERIS: verify_evidence.py PACK.zip PUBLIC_KEY_HEX [ANCHORS.jsonl]."""

import hashlib
import json
import sys
import zipfile
from contextlib import suppress

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def is_signed(key: Ed25519PublicKey, word: bytes, signature: str) -> bool:
    with suppress(InvalidSignature):
        return key.verify(bytes.fromhex(signature), word) is None
    return False


def root_of(entry: dict, key: Ed25519PublicKey | None = None) -> bytes:
    here, index, count = sha(b"\0", bytes.fromhex(entry["line"])), entry["index"], entry["count"]
    for note in entry.get("erased", ()):  # the newest first: back over erasures that the key has signed
        word = f"aetheris redaction 1|{entry['chapter']}|{entry['id']}|{note['was']}|{note['becomes']}".encode()
        here = bytes.fromhex(note["was"]) * (note["becomes"] == here.hex() and is_signed(key, word, note["signature"]))
    for beside in map(bytes.fromhex, entry["path"]):
        while index % 2 == 0 and index + 1 == count > 1:  # RFC 6962: a node alone moves up as it is
            index, count = index // 2, (count + 1) // 2
        here = sha(b"\1", beside, here) if index % 2 else sha(b"\1", here, beside)
        index, count = index // 2, (count + 1) // 2
    return here


if __name__ == "__main__":
    pack, key = zipfile.ZipFile(sys.argv[1]), Ed25519PublicKey.from_public_bytes(bytes.fromhex(sys.argv[2]))
    files = {name: pack.read(name) for name in pack.namelist()}
    told, chain, entries = (json.loads(files[name]) for name in ("manifest.json", "seals.json", "entries.json"))
    there, seals, last = [entry["sequence"] for entry in entries], {}, None
    said = [("manifest: FORGED", is_signed(key, files["manifest.json"], files["manifest.sig"].decode()))]
    said += [(f"{name}: ALTERED", sha(files.get(name, b"")).hex() == hash) for name, hash in told["files"].items()]
    said += [(f"entry {number}: REMOVED", number in there) for number in told["entries"]]
    said += [("entries: REORDERED", there == sorted(there)), ("entries: ADDED", set(there) <= set(told["entries"]))]
    for seal in chain:
        body, head = json.loads(seal["body"]), sha(seal["body"].encode())
        n, good = body.get("number"), head.hex() == seal["head"] and is_signed(key, head, seal["signature"])
        said += [(f"seal {n}: ALTERED or FORGED", good), (f"seals before {n}: GONE", last in (None, body["previous"]))]
        seals[n], last = body | {"head": head.hex()}, head.hex()
    for entry in entries:
        top = seals.get(entry["seal"], {}).get("chapters", {}).get(entry["chapter"], {})
        same = (root_of(entry, key).hex(), entry["count"]) == (top.get("root"), top.get("count"))
        said += [(f"entry {entry['sequence']}: ALTERED, not what seal {entry['seal']} closed", same)]
    for anchor in map(json.loads, open(sys.argv[3]) if len(sys.argv) > 3 else ()):  # noqa: SIM115
        n, same = anchor["number"], seals.get(anchor["number"], anchor)["head"] == anchor["head"]
        said += [(f"seal {n}: REWRITTEN, another head was anchored outside", same)]
    wrong = [what for what, stands in said if not stands] + ["there is NOTHING in it"] * (not entries)
    erased = sum("erased" in entry for entry in entries)
    stands = f"{len(entries)} entries under {len(seals)} seals: everything stands; {erased} with words erased, signed"
    sys.exit("\n".join(wrong)) if wrong else print(stands)
