# SPDX-License-Identifier: Apache-2.0
# What stands in front of a TPM in software has in common: whole commands, clients, the control port behind it.
import socket
import threading


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


def client_of(answered):  # a client whose commands that function answers
    def client(peer):
        while command := message(peer):
            peer.sendall(answered(command))
        peer.close()

    return client


def control_of(port):  # passes octets both ways to the control port of swtpm
    def control(peer):
        beyond = socket.create_connection(("127.0.0.1", port))

        def pump(source, sink):
            while octets := source.recv(4096):
                sink.sendall(octets)
            sink.shutdown(socket.SHUT_RDWR)

        threading.Thread(target=pump, args=(beyond, peer), daemon=True).start()
        pump(peer, beyond)

    return control


def serve(at, handle):
    listener = socket.create_server(("127.0.0.1", at))
    while True:
        threading.Thread(target=handle, args=(listener.accept()[0],), daemon=True).start()


def serve_beside(at, handle):
    threading.Thread(target=serve, args=(at, handle), daemon=True).start()
