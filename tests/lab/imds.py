#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for the metadata services of three clouds, as their guides describe them.

usage: imds.py PORT AWS_DOCUMENT.der GCP_TOKEN.jwt KEYS_FOLDER
The first word of KEYS_FOLDER/mode says how it behaves: "good"; "recorded" gives Google's recorded token instead of one
for the audience asked; and what is wrong: slow, cut, oversized, chunked, notoken, redirect, stale (Azure: an older
nonce), flavorless, twolengths, silent, drip, binary.  Azure's document is signed with KEYS_FOLDER/azure.{pem,key}.
"""
import base64
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

port, document, recorded, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
tokens = {}


def mode():
    with open(os.path.join(folder, "mode")) as file:
        return file.read().strip()


def url64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def signed(*arguments, octets):
    return subprocess.run(["openssl", *arguments], input=octets, stdout=subprocess.PIPE, check=True).stdout


def azure(query):
    now = time.gmtime()
    form = "%m/%d/%y %H:%M:%S -0000"
    nonce = query.get("nonce", [time.strftime("%Y%m%d-%H%M%S", now)])[0]
    if mode() == "stale":
        nonce = "0123456789"
    text = json.dumps({"licenseType": "", "nonce": nonce, "plan": {"name": "", "product": "", "publisher": ""}, "sku": "core",
                       "subscriptionId": "8d10da13-8125-4ba9-a717-bf7490507b3d", "vmId": "9f4a8a2c-0000-4a2b-9f37-0c5b8a2f1e11",
                       "timeStamp": {"createdOn": time.strftime(form, time.gmtime(time.time() - 2)),
                                     "expiresOn": time.strftime(form, time.gmtime(time.time() + 21600))}})
    der = signed("cms", "-sign", "-binary", "-nodetach", "-noattr", "-md", "sha256", "-outform", "DER",
                 "-signer", os.path.join(folder, "azure.pem"), "-inkey", os.path.join(folder, "azure.key"), octets=text.encode())
    return json.dumps({"encoding": "pkcs7", "signature": base64.b64encode(der).decode()}).encode()


def google(query):
    if mode() == "recorded":
        with open(recorded, "rb") as file:
            return file.read()
    now = int(time.time())
    head = url64(json.dumps({"alg": "RS256", "kid": "lab", "typ": "JWT"}).encode())
    body = url64(json.dumps({"aud": query["audience"][0], "iss": "https://accounts.google.com", "iat": now - 2, "exp": now + 3598,
                             "google": {"compute_engine": {"zone": "asia-northeast1-b", "project_id": "carrier-core",
                                                           "instance_id": "1234567890", "instance_name": "udm-1"}}}).encode())
    seal = signed("dgst", "-sha256", "-sign", os.path.join(folder, "google.key"), octets=(head + "." + body).encode())
    return (head + "." + body + "." + url64(seal)).encode()


def answer(method, target, fields):
    """Status, fields and body, as each guide says for a right or wrong request."""
    url = urllib.parse.urlsplit(target)
    query = urllib.parse.parse_qs(url.query)
    if "x-forwarded-for" in fields:
        return 400, {}, b""
    if url.path.startswith("/latest/"):
        if url.path == "/latest/api/token":
            if method != "PUT" or not fields.get("x-aws-ec2-metadata-token-ttl-seconds", "").isdigit():
                return 400, {}, b""
            token = secrets.token_urlsafe(40) + "=="
            tokens[token] = time.time() + int(fields["x-aws-ec2-metadata-token-ttl-seconds"])
            return 200, {}, token.encode()
        if mode() == "notoken" or tokens.get(fields.get("x-aws-ec2-metadata-token"), 0) < time.time():
            return 401, {}, b"Unauthorized"
        if method != "GET" or url.path != "/latest/dynamic/instance-identity/rsa2048":
            return 404, {}, b""
        with open(document, "rb") as file:
            return 200, {}, base64.encodebytes(file.read())
    if url.path == "/metadata/attested/document":
        if fields.get("metadata") != "true" or "api-version" not in query:
            return 400, {}, b'{"error":"Bad request"}'
        if not (query.get("nonce", ["0"])[0].isdigit() and len(query.get("nonce", ["0"])[0]) <= 10):
            return 400, {}, b'{"error":"Invalid nonce"}'
        return 200, {"Content-Type": "application/json"}, azure(query)
    if url.path == "/computeMetadata/v1/instance/service-accounts/default/identity":
        if fields.get("metadata-flavor") != "Google":
            return 403, {}, b"Missing Metadata-Flavor:Google header."
        if "audience" not in query:
            return 400, {}, b"non-empty audience parameter required"
        return 200, {} if mode() == "flavorless" else {"Metadata-Flavor": "Google"}, google(query)
    return 404, {}, b""


def give(peer, status, fields, body):
    how = mode()
    if how == "redirect":
        status, fields = 302, {"Location": "http://169.254.169.254/elsewhere"}
    if how == "oversized":
        body = body + b"A" * (1 << 20)
    if how == "binary":
        body = bytes(range(256)) * 16
    head = "HTTP/1.1 %d Said\r\nServer: lab\r\n" % status + "".join("%s: %s\r\n" % one for one in fields.items())
    if how == "chunked":
        peer.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
        for at in range(0, len(body), 700):
            piece = body[at:at + 700]
            peer.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        peer.sendall(b"0\r\n\r\n")
        return
    if how == "twolengths":
        head += "Content-Length: 5\r\n"
    octets = (head + "Content-Length: %d\r\n\r\n" % len(body)).encode() + body
    if how == "cut":
        octets = octets[:-40]
    if how == "silent":
        time.sleep(20)
    if how == "slow":
        peer.sendall(octets[:100])
        time.sleep(20)
    if how == "drip":
        for one in octets:
            peer.sendall(bytes([one]))
            time.sleep(0.2)
    peer.sendall(octets)


def serve(peer):
    with peer:
        octets = b""
        while b"\r\n\r\n" not in octets and len(octets) < 16384:
            piece = peer.recv(4096)
            if not piece:
                return
            octets += piece
        first, *lines = octets.split(b"\r\n\r\n")[0].decode().split("\r\n")
        method, target, _ = first.split(" ")
        fields = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines}
        print(method, target, flush=True)
        try:
            give(peer, *answer(method, target, fields))
        except OSError:
            pass


with socket.create_server(("0.0.0.0", port)) as listener:
    print("ready", flush=True)
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
