#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# What /dev/tpmrm0 does for a real TPM, for one in software that takes one client at a time and has room for three loaded
# objects: passes whole commands of many clients to it, one after another, and between them keeps what clients have loaded
# aside (TCG TPM 2.0 Part 1, "Context Management").  At PORT + 2 it takes them as Microsoft's simulator does (tcti
# "mssim"), for clients that know no other.  usage: tpm_share.py PORT_OF_SWTPM PORT
import itertools
import socket
import sys
import threading

from tpm_wire import client_of, control_of, exactly, message, serve, serve_beside

behind, port = int(sys.argv[1]), int(sys.argv[2])
turn = threading.Lock()
tpm = socket.create_connection(("127.0.0.1", behind))
names = itertools.count(0x80F10000)  # of objects, as clients see them
GIVES = {0x131, 0x157, 0x161, 0x167, 0x191, 0x15B, 0x186}  # commands whose answer begins with the handle of an object
FLUSH, SAVE, LOAD = 0x165, 0x162, 0x161


def number(octets, at):
    return int.from_bytes(octets[at : at + 4], "big")


def ask(command):
    tpm.sendall(command)
    return message(tpm)


def ask_about(code, handle, more=b""):  # Part 3: without sessions
    body = handle + more
    return ask(b"\x80\x01" + (10 + len(body)).to_bytes(4, "big") + code.to_bytes(4, "big") + body)


def put_away(handle):
    saved = ask_about(SAVE, handle)
    ask_about(FLUSH, handle)
    return saved[10:] if number(saved, 6) == 0 else None


kept = {}  # a name: the saved context.  One for all: the tcti "swtpm" connects anew for each command


def answered(command):
    with turn:
        command, loaded, code = bytearray(command), {}, number(command, 6)
        for at in range(10, min(len(command) - 3, 22), 4):  # at most three handles
            name = number(command, at)
            if name in kept:
                if name not in loaded:
                    there = ask_about(LOAD, b"", kept[name])
                    if number(there, 6) != 0:
                        return there
                    loaded[name] = there[10:14]
                command[at : at + 4] = loaded[name]
        answer = ask(bytes(command))
        for name, handle in loaded.items():  # what it flushed or ended is gone
            kept[name] = put_away(handle)
            if kept[name] is None:
                del kept[name]
        if code in GIVES and number(answer, 6) == 0:
            name = next(names)
            kept[name] = put_away(answer[10:14])
            answer = answer[:10] + name.to_bytes(4, "big") + answer[14:]
        return answer


def word(peer):
    octets = exactly(peer, 4)
    return octets and int.from_bytes(octets, "big")


def simulator(peer):  # 8: a command follows, its locality and length before it; 20: the session ends
    while word(peer) == 8:
        exactly(peer, 1)
        answer = answered(exactly(peer, word(peer)))
        peer.sendall(len(answer).to_bytes(4, "big") + answer + bytes(4))
    peer.close()


def platform(peer):  # power, cancel: there is nothing to do
    while word(peer) is not None:
        peer.sendall(bytes(4))
    peer.close()


serve_beside(port + 1, control_of(behind + 1))
serve_beside(port + 2, simulator)
serve_beside(port + 3, platform)
serve(port, client_of(answered))
