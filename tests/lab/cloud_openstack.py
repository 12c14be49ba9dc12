#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A stand-in (simulated; documented shapes) for Nova, Cinder, Glance, Neutron, Swift and Barbican in two regions, beside
# the real Keystone of keystone.sh: each request's token is shown to Keystone, and one that it does not know is refused.
# usage: cloud_openstack.py FOLDER PORT CERTIFICATE KEY KEYSTONE-FOLDER
import json
import ssl
import sys
import time
import urllib.error
import urllib.request

import cloud_base
from cloud_base import Refused

HOST = sys.argv[2]


def server(name, number, zone, **more):
    return dict({"id": number, "name": name, "status": "ACTIVE", "OS-EXT-AZ:availability_zone": zone,
                 "tenant_id": "core", "created": "2026-04-02T01:02:03Z", "metadata": {}, "hostId": "aa11",
                 "os-extended-volumes:volumes_attached": []}, **more)


class OpenStack(cloud_base.Cloud):
    def __init__(self, folder, keystone):
        super().__init__(folder)
        self.keystone = dict(line.rstrip("\n").split("=", 1) for line in open(f"{keystone}/keystone.rc"))
        self.admin = open(f"{keystone}/admin-token").read()
        self.known = {}
        self.context = ssl.create_default_context()
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE

    def elsewhere(self, item):
        return dict(item, status="SHUTOFF")

    @staticmethod
    def refusal(text):
        return {"unauthorized": {"code": 401, "message": text}}

    def token_check(self, request, refusal):
        """As keystonemiddleware does: validated by Keystone itself, with a token of ours, and kept for a while."""
        token = request.headers.get("X-Auth-Token") or "none"
        until, body = self.known.get(token, (0, None))
        if "expired" in self.faults():
            raise Refused(401, refusal("The token has expired."))
        if time.time() < until:
            return body
        ask = urllib.request.Request(self.keystone["url"] + "/auth/tokens", headers={
            "X-Auth-Token": self.admin, "X-Subject-Token": token})
        try:
            with urllib.request.urlopen(ask, context=self.context) as answer:
                body = json.load(answer)["token"]
        except urllib.error.HTTPError:
            raise Refused(401, refusal("The request you have made requires authentication."))
        self.known[token] = (time.time() + 300, body)
        return body

    def servers(self, region):
        if region == "osaka":
            return [server("udm-1", "b0000000-0000-4000-8000-000000000002", "osaka-az1")]
        moved = "abroad-az1" if "moved" in self.faults() else "tokyo-az1"
        return [server("amf-1", "b0000000-0000-4000-8000-000000000001", moved),
                server("smf-1", "b0000000-0000-4000-8000-000000000003", "tokyo-az2"),
                server("smf-2", "b0000000-0000-4000-8000-000000000004", "tokyo-az2")] + [
                    server(f"upf-{n:05}", f"c0000000-0000-4000-8000-{n:012}", "tokyo-az1")
                    for n in range(self.number("many", 0))]

    def marked(self, request, items, path, word, links=True):
        """Paging by the id of the last item, as OpenStack does."""
        limit, at = min(int(request.query.get("limit", 1000)), self.number("page", 2)), 0
        mark = request.query.get("marker")
        if mark is not None:
            at = [one["id"] for one in items].index(mark) + 1
        part = items[at:at + limit]
        if "twice" in self.faults() and at > 0 and word == "servers":
            part = [self.elsewhere(items[0])] + part
        more = at + limit < len(items)
        if "endless" in self.faults():
            part, more = items[:limit], bool(items)
        if not more:
            return {word: part}
        href = f"{path}?limit={limit}&marker={part[-1]['id']}"
        if not links:
            return {word: part, "next": href}
        return {word: part, f"{word}_links": [{"rel": "next", "href": f"https://localhost:{HOST}{href}"}]}

    def block(self, request, region, path, what):
        first = {"id": "v0000000-0000-4000-8000-000000000001", "name": "subscribers", "status": "in-use",
                 "size": 100, "encrypted": True, "availability_zone": "tokyo-az1", "volume_type": "luks",
                 "replication_status": None, "attachments": []}
        second = dict(first, id="v0000000-0000-4000-8000-000000000002", name="charging", encrypted=False,
                      replication_status="enabled")
        here = region == "tokyo"
        kept = {"volumes": [first, second], "snapshots": [
            {"id": "s0000000-0000-4000-8000-000000000001", "name": "night", "status": "available", "size": 100,
             "volume_id": first["id"]}], "backups": [
            {"id": "k0000000-0000-4000-8000-000000000001", "name": "weekly", "status": "available", "size": 100,
             "volume_id": first["id"], "container": "backups", "availability_zone": "nova"}]}
        if what not in kept:
            raise Refused(404, {"itemNotFound": {"code": 404, "message": "not here"}})
        return self.marked(request, kept[what] if here else [], path, what)

    def objects(self, request, region, rest):
        if region != "tokyo":
            return (200, [], {}) if rest.count("/") < 2 else (404, None, {})
        if rest.count("/") < 2:
            return 200, [{"name": one, "count": 1, "bytes": 9} for one in ("backups", "open")
                         if one > request.query.get("marker", "")], {}
        head = {"backups": {"X-Container-Sync-To": "//realm/osaka/AUTH_x/backups"},
                "open": {"X-Container-Read": ".r:*,.rlistings"}}
        return 204, None, head[rest.rsplit("/", 1)[1]]

    def answer(self, request):
        who = self.token_check(request, self.refusal)
        self.throttle(request, lambda text: {"overLimit": {"code": 429, "message": text}})
        if "denied" in self.faults():
            raise Refused(403, {"forbidden": {"code": 403, "message": "Policy doesn't allow it."}})
        _, region, kind, rest = request.path.split("/", 3)
        project = who["project"]["id"]
        if kind == "compute" and rest == "v2.1/servers/detail":
            return self.marked(request, self.servers(region), request.path, "servers")
        if kind == "volumev3" and rest.startswith(f"v3/{project}/") and rest.endswith("/detail"):
            return self.block(request, region, request.path, rest.split("/")[2])
        if kind == "image" and rest == "v2/images":
            image = {"id": "i0000000-0000-4000-8000-000000000001", "name": "amf", "status": "active",
                     "visibility": "public", "owner": project, "checksum": "00"}
            return self.marked(request, [image] if region == "tokyo" else [], "/v2/images", "images", links=False)
        if kind == "network" and rest == "v2.0/security-group-rules":
            rule = {"id": "r1", "security_group_id": "g1", "direction": "ingress", "ethertype": "IPv4",
                    "remote_ip_prefix": "0.0.0.0/0", "remote_group_id": None, "protocol": "tcp",
                    "port_range_min": 22, "port_range_max": 22}
            other = dict(rule, id="r2", remote_ip_prefix="10.0.0.0/8")
            return self.marked(request, [rule, other] if region == "tokyo" else [], request.path,
                               "security_group_rules")
        if kind == "object-store":
            return self.objects(request, region, rest)
        if kind == "key-manager" and rest == "v1/secrets":
            made = {"name": "luks", "algorithm": "aes", "bit_length": 256, "secret_type": "symmetric",
                    "status": "ACTIVE", "expiration": None, "created": "2026-04-02T01:02:03",
                    "secret_ref": f"https://localhost:{HOST}/{region}/key-manager/v1/secrets/k-{region}"}
            return {"secrets": [made], "total": 1}
        raise Refused(404, {"itemNotFound": {"code": 404, "message": f"there is no {request.path}"}})


cloud_base.run(OpenStack(sys.argv[1], sys.argv[5]), int(HOST), sys.argv[3], sys.argv[4])
