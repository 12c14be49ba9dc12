# SPDX-License-Identifier: Apache-2.0
# What a signed token was signed over, and its signature, by other hands than ours.
# usage: token_split.py jwt|cwt TOKEN OUT     writes OUT and OUT.sig
import base64, sys
form, path, out = sys.argv[1:]
data = open(path, "rb").read().strip() if form == "jwt" else open(path, "rb").read()
def b64(x): return base64.urlsafe_b64decode(x + b"=" * (-len(x) % 4))
def take(at):		# one CBOR byte string or head: (value octets, next)
    major, n = data[at] >> 5, data[at] & 31
    size = {24: 1, 25: 2, 26: 4}.get(n, 0)
    length = int.from_bytes(data[at + 1:at + 1 + size], "big") if size else n
    at += 1 + size
    return (data[at:at + length], at + length) if major == 2 else (length, at)
def head(major, n): return bytes([major << 5 | n]) if n < 24 else bytes([major << 5 | 24, n]) if n < 256 else bytes([major << 5 | 25]) + n.to_bytes(2, "big")
def bstr(x): return head(2, len(x)) + x
if form == "jwt":
    header, claims, signature = data.split(b".")
    text, signature = header + b"." + claims, b64(signature)
    assert b64(header).startswith(b'{"alg":"EdDSA",'), header
else:
    assert data[:4] == bytes([0xd8, 61, 0xd2, 0x84]), data[:4]
    protected, at = take(4)
    assert data[at] == 0xa0
    claims, at = take(at + 1)
    signature, at = take(at)
    assert at == len(data)
    text = head(4, 4) + head(3, 10) + b"Signature1" + bstr(protected) + bstr(b"") + bstr(claims)
open(out, "wb").write(text); open(out + ".sig", "wb").write(signature)
