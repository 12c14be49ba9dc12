#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A stand-in (simulated) for Google Cloud: tokens for JSON Web Tokens whose RS256 signature, issuer, audience and times
# are checked, Compute, Storage, KMS, Logging, Resource Manager.  Writes credential files eyes, hands, wrong (another
# key's signature).
# usage: cloud_google.py FOLDER PORT CERTIFICATE KEY
import base64
import json
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import cloud_base
from cloud_base import Refused

PROJECT = "carrier-core"
COMPUTE = f"https://www.googleapis.com/compute/v1/projects/{PROJECT}"
KMS = f"projects/{PROJECT}/locations"
KEY = f"{KMS}/asia-northeast1/keyRings/core/cryptoKeys"
HELD = {"eyes": {"compute.instances.list", "storage.buckets.list"},
        "hands": {"compute.instances.list", "compute.instances.delete", "storage.objects.get"}}


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def machine(name, number, zone):
    return {"kind": "compute#instance", "id": number, "name": name, "zone": f"{COMPUTE}/zones/{zone}",
            "status": "RUNNING", "selfLink": f"{COMPUTE}/zones/{zone}/instances/{name}",
            "creationTimestamp": "2026-04-02T01:02:03.456-07:00",
            "disks": [{"source": f"{COMPUTE}/zones/{zone}/disks/{name}", "boot": True}],
            "networkInterfaces": [{"networkIP": "10.0.0.2"}],
            "shieldedInstanceConfig": {"enableSecureBoot": True, "enableVtpm": True, "enableIntegrityMonitoring": True},
            "confidentialInstanceConfig": {"enableConfidentialCompute": name == "amf-1"}}


def volume(name, number, zone, **more):
    return dict({"kind": "compute#disk", "id": number, "name": name, "zone": f"{COMPUTE}/zones/{zone}",
                 "status": "READY", "selfLink": f"{COMPUTE}/zones/{zone}/disks/{name}"}, **more)


def bucket(name, place, kind, **more):
    prevention = more.pop("prevention", "enforced")
    return dict({"kind": "storage#bucket", "id": name, "name": name, "location": place, "locationType": kind,
                 "timeCreated": "2026-04-02T01:02:03.456Z",
                 "iamConfiguration": {"publicAccessPrevention": prevention,
                                      "uniformBucketLevelAccess": {"enabled": True}}}, **more)


class Google(cloud_base.Cloud):
    def __init__(self, folder, port):
        super().__init__(folder)
        self.audience, self.public = f"https://localhost:{port}/token", {}
        kept = {}
        for who in ("eyes", "hands", "wrong"):
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            kept[who] = key
            pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                    serialization.NoEncryption()).decode()
            name = "eyes" if who == "wrong" else who
            self.public.setdefault(self.mail(name), kept[name].public_key())
            cloud_base.secret_file(folder, f"{who}.json", {
                "type": "service_account", "project_id": PROJECT, "private_key_id": f"key-of-{who}",
                "private_key": pem, "client_email": self.mail(name), "token_uri": self.audience})

    @staticmethod
    def mail(who):
        return f"{who}@{PROJECT}.iam.gserviceaccount.com"

    @staticmethod
    def refusal(text, code=401, status="UNAUTHENTICATED"):
        return {"error": {"code": code, "message": text, "status": status}}

    def elsewhere(self, item):
        return dict(item, location="US", locationType="multi-region")

    def token(self, request):
        form, said = request.form(), {}
        try:
            if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
                raise ValueError("unsupported grant_type")
            head, body, seal = form["assertion"].split(".")
            said = json.loads(unbase64(body))
            if json.loads(unbase64(head)).get("alg") != "RS256":
                raise ValueError("Invalid JWT: algorithm")
            self.public[said["iss"]].verify(unbase64(seal), f"{head}.{body}".encode(), padding.PKCS1v15(),
                                            hashes.SHA256())
        except InvalidSignature:
            raise Refused(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        except (KeyError, ValueError) as error:
            raise Refused(400, {"error": "invalid_request", "error_description": f"Invalid JWT: {error}"})
        now = time.time()
        if said.get("aud") != self.audience or "scope" not in said:
            raise Refused(400, {"error": "invalid_grant", "error_description": "Invalid JWT: aud or scope"})
        if not now - 300 < said.get("iat", 0) < now + 60 or not now < said.get("exp", 0) <= said["iat"] + 3600:
            raise Refused(400, {"error": "invalid_grant", "error_description":
                                "Invalid JWT: Token must be a short-lived token (60 minutes)"})
        return {"access_token": self.token_give(said["iss"].split("@")[0]), "expires_in": 3599,
                "token_type": "Bearer"}

    def aggregated(self, request, what, items):
        part, mark = self.page(items, request, self.number("page", 2), "pageToken")
        scopes = {"zones/us-central1-a": {"warning": {"code": "NO_RESULTS_ON_PAGE", "message": "none"}}}
        for item in part:
            zone = "zones/" + item["zone"].rsplit("/", 1)[1]
            scopes.setdefault(zone, {what: []})[what].append(item)
        return self.listed({"items": scopes}, mark)

    @staticmethod
    def listed(answer, mark):
        return dict(answer, nextPageToken=mark) if mark else answer

    def machines(self):
        moved = "us-central1-b" if "moved" in self.faults() else "asia-northeast1-a"
        return [machine("amf-1", "4152001", moved), machine("udm-1", "4152002", "asia-northeast2-b"),
                machine("smf-1", "4152003", "asia-northeast1-b")] + [
                    machine(f"upf-{n:05}", str(9000000 + n), "asia-northeast1-a")
                    for n in range(self.number("many", 0))]

    def volumes(self):
        far = f"{COMPUTE}/zones/asia-northeast2-a/disks/amf-1-far"
        return [volume("amf-1", "5001", "asia-northeast1-a", diskEncryptionKey={"kmsKeyName": f"{KEY}/subscribers"},
                       asyncSecondaryDisks={far: {"asyncReplicationDisk": {"disk": far}}}),
                volume("scratch", "5002", "asia-northeast1-b")]

    def snapshots(self):
        made = {"kind": "compute#snapshot", "status": "READY", "sourceDisk":
                f"{COMPUTE}/zones/asia-northeast1-a/disks/amf-1"}
        return [dict(made, id="6001", name="amf-1-night", storageLocations=["asia"]),
                dict(made, id="6002", name="amf-1-here", storageLocations=["asia-northeast1"])]

    def buckets(self):
        return [bucket("subscribers", "ASIA1", "dual-region", encryption={"defaultKmsKeyName": f"{KEY}/subscribers"},
                       logging={"logBucket": "logs", "logObjectPrefix": "subscribers"}),
                bucket("logs", "ASIA-NORTHEAST1", "region"),
                bucket("charging", "ASIA", "multi-region", prevention="inherited", versioning={"enabled": True})]

    def databases(self):
        made = {"kind": "sql#instance", "state": "RUNNABLE", "project": PROJECT, "databaseVersion": "POSTGRES_15",
                "createTime": "2026-04-02T01:02:03.456Z"}
        world = {"ipv4Enabled": True, "authorizedNetworks": [{"value": "0.0.0.0/0", "kind": "sql#aclEntry"}]}
        return [dict(made, name="udr", region="asia-northeast1", gceZone="asia-northeast1-a",
                     settings={"backupConfiguration": {"enabled": True, "location": "asia-northeast2"},
                               "ipConfiguration": {"ipv4Enabled": False}}),
                dict(made, name="udr-far", region="us-central1", gceZone="us-central1-a",
                     masterInstanceName=f"{PROJECT}:udr", settings={"ipConfiguration": world})]

    def policy(self, path):
        open_one = {"role": "roles/storage.objectViewer", "members": ["allUsers"]}
        own = {"role": "roles/storage.admin", "members": [f"projectOwner:{PROJECT}"]}
        return {"kind": "storage#policy", "bindings": [own] + ([open_one] if "/charging/" in path else [])}

    def keys(self, request, path):
        if path == f"/v1/{KMS}":
            part, mark = self.page([{"name": f"{KMS}/{one}", "locationId": one}
                                    for one in ("asia-northeast1", "global")], request, 1, "pageToken")
            return self.listed({"locations": part}, mark)
        if path.endswith("/keyRings"):
            rings = {f"/v1/{KMS}/asia-northeast1/keyRings": "core", f"/v1/{KMS}/global/keyRings": "world"}
            return {"keyRings": [{"name": path[4:] + "/" + rings[path], "createTime": "2026-01-01T00:00:00Z"}]}
        hsm = {"name": f"{KEY}/subscribers", "purpose": "ENCRYPT_DECRYPT", "rotationPeriod": "7776000s",
               "versionTemplate": {"protectionLevel": "HSM", "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION"},
               "primary": {"state": "ENABLED", "protectionLevel": "HSM"}}
        soft = {"name": f"{KMS}/global/keyRings/world/cryptoKeys/charging", "purpose": "ENCRYPT_DECRYPT",
                "versionTemplate": {"protectionLevel": "SOFTWARE", "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION"}}
        return {"cryptoKeys": [hsm if "/core/" in path else soft], "totalSize": 1}

    def answer(self, request):
        path = request.path
        if request.method == "POST" and path == "/token":
            return self.token(request)
        who = self.token_check(request, self.refusal)
        self.throttle(request, lambda text: self.refusal(text, 429, "RESOURCE_EXHAUSTED"))
        if "denied" in self.faults():
            raise Refused(403, self.refusal("the caller does not have permission", 403, "PERMISSION_DENIED"))
        if path == f"/v1/projects/{PROJECT}/instances":
            part, mark = self.page(self.databases(), request, self.number("page", 2), "pageToken")
            return self.listed({"kind": "sql#instancesList", "items": part}, mark)
        compute, manager = f"/compute/v1/projects/{PROJECT}", f"/v1/projects/{PROJECT}"
        plain = {f"{compute}/global/snapshots": ("items", self.snapshots),
                 f"{compute}/global/firewalls": ("items", lambda: [{
                     "id": "7001", "name": "open-ssh", "direction": "INGRESS", "disabled": False,
                     "sourceRanges": ["0.0.0.0/0"], "allowed": [{"IPProtocol": "tcp", "ports": ["22"]}]}]),
                 "/storage/v1/b": ("items", self.buckets),
                 f"/v2/projects/{PROJECT}/sinks": ("sinks", lambda: [
                     {"name": "_Default", "destination": f"logging.googleapis.com/projects/{PROJECT}/locations/global"
                                                         "/buckets/_Default"},
                     {"name": "abroad", "destination": "storage.googleapis.com/somebody-elses"},
                     {"name": "kept", "destination": "storage.googleapis.com/logs"}])}
        if path == f"{compute}/aggregated/instances":
            return self.aggregated(request, "instances", self.machines())
        if path == f"{compute}/aggregated/disks":
            return self.aggregated(request, "disks", self.volumes())
        if path in plain:
            name, make = plain[path]
            part, mark = self.page(make(), request, self.number("page", 2), "pageToken")
            return self.listed({name: part}, mark)
        if path.startswith("/storage/v1/b/") and path.endswith("/iam"):
            return self.policy(path)
        if path.startswith(f"/v1/{KMS}"):
            return self.keys(request, path)
        if request.method == "POST" and path == f"{manager}:testIamPermissions":
            return {"permissions": [one for one in request.json()["permissions"] if one in HELD[who]]}
        if request.method == "POST" and path == f"{manager}:getIamPolicy":
            return {"version": 1, "bindings": [{"role": "roles/owner", "members": ["user:chief@carrier.example"]}],
                    "auditConfigs": [{"service": "allServices", "auditLogConfigs": [{"logType": "DATA_READ"}]}]}
        raise Refused(404, self.refusal(f"there is no {path}", 404, "NOT_FOUND"))


cloud_base.run(Google(sys.argv[1], int(sys.argv[2])), int(sys.argv[2]), sys.argv[3], sys.argv[4])
