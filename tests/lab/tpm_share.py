#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# What /dev/tpmrm0 does for a real TPM, for one in software that takes one client at a time: passes
# whole commands of many clients to it, one after another.  At PORT + 2 it takes them as Microsoft's
# simulator does (tcti "mssim"), for clients that know no other.  usage: tpm_share.py PORT_OF_SWTPM PORT
import socket
import sys
import threading

behind, port = int(sys.argv[1]), int(sys.argv[2])
turn = threading.Lock()
tpm = socket.create_connection(("127.0.0.1", behind))


def exactly(peer, count):
    octets = b""
    while len(octets) < count:
        part = peer.recv(count - len(octets))
        if not part:
            return None
        octets += part
    return octets


def message(peer):  # TCG TPM 2.0 Part 1: tag, size of the whole, code
    head = exactly(peer, 10)
    return head and head + exactly(peer, int.from_bytes(head[2:6], "big") - 10)


def answered(command):
    with turn:
        tpm.sendall(command)
        return message(tpm)


def client(peer):
    while command := message(peer):
        peer.sendall(answered(command))
    peer.close()


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


def control(peer):
    beyond = socket.create_connection(("127.0.0.1", behind + 1))

    def pump(source, sink):
        while octets := source.recv(4096):
            sink.sendall(octets)
        sink.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=pump, args=(beyond, peer), daemon=True).start()
    pump(peer, beyond)


def serve(at, handle):
    listener = socket.create_server(("127.0.0.1", at))
    while True:
        threading.Thread(target=handle, args=(listener.accept()[0],), daemon=True).start()


for beside, handle in ((1, control), (2, simulator), (3, platform)):
    threading.Thread(target=serve, args=(port + beside, handle), daemon=True).start()
serve(port, client)
