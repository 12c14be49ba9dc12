#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A stand-in (simulated) that speaks as a witness (probes/wire/witness.h) and has no hardware: whatever
# kind it is asked for, it answers with the files of a folder, documents that were recorded of real hardware
# once, under the nonce of the question, and names a key.  A file names its role up to the first dot;
# the folder is read for each answer.
# usage: recorded_witness.py CERTIFICATES TABLE
# CERTIFICATES: folder with witness.pem, witness.key, carrier.pem and spki.der, the key that is named.
# TABLE: a line for each port: PORT FOLDER [flip ROLE OFFSET | cut OCTETS], the lowest bit of one octet
# changed, or the answer ended after so many octets.
import pathlib
import socket
import ssl
import sys
import threading

FORMAT = "sekimori-witness-v1"
keys = pathlib.Path(sys.argv[1])


# Deterministic CBOR (RFC 8949, 4.2.1), as far as the messages need it.
def head(major, number):
    for size, extra in ((0, None), (1, 24), (2, 25), (4, 26)):
        if extra is None and number < 24:
            return bytes([major << 5 | number])
        if extra is not None and number < 1 << (8 * size):
            return bytes([major << 5 | extra]) + number.to_bytes(size, "big")
    raise ValueError(number)


def cbor(value):
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in sorted(value.items()))


def read(octets, at=0):
    major, number, at = octets[at] >> 5, octets[at] & 31, at + 1
    if number > 23:
        size = 1 << (number - 24)
        number, at = int.from_bytes(octets[at:at + size], "big"), at + size
    if major == 0:
        return number, at
    if major in (2, 3):
        part = octets[at:at + number]
        return (part if major == 2 else part.decode()), at + number
    parts = []
    for _ in range(number * (major - 3)):
        part, at = read(octets, at)
        parts.append(part)
    return (parts if major == 4 else dict(zip(parts[::2], parts[1::2]))), at


def take(peer, count):
    octets = b""
    while len(octets) < count:
        part = peer.recv(count - len(octets))
        if not part:
            raise OSError("the question ended early")
        octets += part
    return octets


def pieces(folder, how):
    found = []
    for path in sorted(folder.iterdir()):
        role, octets = path.name.split(".")[0], bytearray(path.read_bytes())
        if how[:2] == ["flip", role]:
            octets[int(how[2])] ^= 1
        found.append([role, bytes(octets)])
    return found


def answer(peer, folder, how):
    request, _ = read(take(peer, int.from_bytes(take(peer, 4), "big")))
    said = cbor({1: FORMAT, 2: request[2], 3: (keys / "spki.der").read_bytes(),
                 4: [[kind, pieces(folder, how)] for kind in request[3]], 5: []})
    said = len(said).to_bytes(4, "big") + said
    peer.sendall(said[:int(how[1])] if how[:1] == ["cut"] else said)


def serve(listener, context, folder, how):
    while True:
        raw = listener.accept()[0]
        raw.settimeout(30)
        try:
            with context.wrap_socket(raw, server_side=True) as peer:
                answer(peer, folder, how)
                peer.unwrap()
        except (OSError, ValueError, KeyError) as error:
            print(f"{folder}: {error}", file=sys.stderr, flush=True)


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(keys / "witness.pem", keys / "witness.key")
    context.load_verify_locations(keys / "carrier.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    for line in pathlib.Path(sys.argv[2]).read_text().splitlines():
        port, folder, *how = line.split()
        listener = socket.create_server(("127.0.0.1", int(port)))
        threading.Thread(target=serve, args=(listener, context, pathlib.Path(folder), how), daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


main()
