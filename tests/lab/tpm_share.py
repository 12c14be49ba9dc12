#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# What /dev/tpmrm0 does for a real TPM, for one in software that takes one client at a time: passes
# whole commands of many clients to it, one after another.  At PORT + 2 it takes them as Microsoft's
# simulator does (tcti "mssim"), for clients that know no other.  usage: tpm_share.py PORT_OF_SWTPM PORT
import socket
import sys
import threading

from tpm_wire import client_of, control_of, exactly, message, serve, serve_beside

behind, port = int(sys.argv[1]), int(sys.argv[2])
turn = threading.Lock()
tpm = socket.create_connection(("127.0.0.1", behind))


def answered(command):
    with turn:
        tpm.sendall(command)
        return message(tpm)


def number(peer):
    octets = exactly(peer, 4)
    return octets and int.from_bytes(octets, "big")


def simulator(peer):  # 8: a command follows, its locality and length before it; 20: the session ends
    while number(peer) == 8:
        exactly(peer, 1)
        answer = answered(exactly(peer, number(peer)))
        peer.sendall(len(answer).to_bytes(4, "big") + answer + bytes(4))
    peer.close()


def platform(peer):  # power, cancel: there is nothing to do
    while number(peer) is not None:
        peer.sendall(bytes(4))
    peer.close()


serve_beside(port + 1, control_of(behind + 1))
serve_beside(port + 2, simulator)
serve_beside(port + 3, platform)
serve(port, client_of(answered))
