#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A NitroTPM in front of one in software: what a TPM has goes to that, AWS's own command is answered
# here, with a "document" that is the question as it was found in the NV index, signed by nobody.
# With a third word, "refuse", the module refuses.  usage: nitro_tpm.py PORT_OF_SWTPM PORT [refuse]
import socket
import sys
import threading

from tpm_wire import client_of, control_of, message, serve, serve_beside

behind, port, refuses = int(sys.argv[1]), int(sys.argv[2]), len(sys.argv) > 3
turn = threading.Lock()
tpm = socket.create_connection(("127.0.0.1", behind))
LARGEST = 2048  # of an index of swtpm


def ask(command):
    tpm.sendall(command)
    return message(tpm)


def with_index(code, index, auth, rest):  # an NV command whose index authorises itself
    area = bytes.fromhex("40000009" "0000" "00") + len(auth).to_bytes(2, "big") + auth
    octets = code.to_bytes(4, "big") + index + index + len(area).to_bytes(4, "big") + area + rest
    return ask(b"\x80\x02" + (6 + len(octets)).to_bytes(4, "big") + octets)


def text(word):
    return bytes([0x60 | len(word)]) + word


def document(command):
    index, auth = command[10:14], command[31:]
    read = with_index(0x14E, index, auth, (700).to_bytes(2, "big") + b"\0\0")
    question = read[16:16 + int.from_bytes(read[14:16], "big")].rstrip(b"\xff")
    if refuses:
        said = b"\xa1" + text(b"Error") + text(b"InvalidOperation")
    else:
        said = b"\xa1" + text(b"Attestation") + b"\xa1" + text(b"document") + b"\x59" + len(question).to_bytes(2, "big") + question
    with_index(0x137, index, auth, len(said).to_bytes(2, "big") + said + b"\0\0")
    return bytes.fromhex("8002" "00000013" "00000000" "00000000" "0000" "00" "0000")


def nitro(command):
    code = int.from_bytes(command[6:10], "big")
    with turn:
        if code == 0x20000001:
            return document(command)
        if code == 0x12A and int.from_bytes(command[-2:], "big") > LARGEST:
            command = command[:-2] + LARGEST.to_bytes(2, "big")
        return ask(command)


serve_beside(port + 1, control_of(behind + 1))
serve(port, client_of(nitro))
