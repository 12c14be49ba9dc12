#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A stand-in (simulated) that speaks as a witness and has no hardware: it replays what a witness said
# before, or passes each question on to the witness of another machine.
# usage: witness_liar.py replay|relay PORT REAL_PORT FOLDER_OF_CERTIFICATES
import socket
import ssl
import sys

mode, port, real, keys = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]


def context(side, name):
    made = ssl.SSLContext(side)
    made.load_cert_chain(f"{keys}/{name}.pem", f"{keys}/{name}.key")
    made.load_verify_locations(f"{keys}/carrier.pem")
    made.verify_mode = ssl.CERT_REQUIRED
    return made


def message(peer):
    octets = b""
    while len(octets) < 4 or len(octets) < 4 + int.from_bytes(octets[:4], "big"):
        part = peer.recv(65536)
        if not part:
            break
        octets += part
    return octets


def ask(request):
    client = context(ssl.PROTOCOL_TLS_CLIENT, "monitor")
    client.check_hostname = False
    with client.wrap_socket(socket.create_connection(("127.0.0.1", real))) as peer:
        peer.sendall(request)
        return message(peer)


kept = None
server = context(ssl.PROTOCOL_TLS_SERVER, "witness")
listener = socket.create_server(("127.0.0.1", port))
while True:
    try:
        with server.wrap_socket(listener.accept()[0], server_side=True) as peer:
            request = message(peer)
            if mode == "relay" or kept is None:
                kept = ask(request)
            peer.sendall(kept)
    except (OSError, ssl.SSLError) as error:
        print(error, file=sys.stderr)
