#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A stand-in (simulated) for a Kubernetes API server: bearer tokens checked, nodes, volumes, services, secrets closed,
# paging by limit and continue, and what the caller may do.  Writes credential files eyes, hands, wrong.
# usage: cloud_kubernetes.py FOLDER PORT CERTIFICATE KEY
import secrets
import sys

import cloud_base
from cloud_base import Refused

READ = {"verbs": ["get", "list", "watch"], "apiGroups": [""],
        "resources": ["nodes", "persistentvolumes", "services"]}
ASK = {"verbs": ["create"], "apiGroups": ["authorization.k8s.io"],
       "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]}
ALL = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}


def node(name, region, zone, **labels):
    told = {"topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": zone} if region else {}
    return {"metadata": {"name": name, "uid": f"uid-of-{name}", "labels": dict(told, **labels),
                         "creationTimestamp": "2026-04-02T01:02:03Z"},
            "spec": {"providerID": f"aws:///{zone}/i-{name}"},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]}}


def volume(name, zones, driver, handle):
    term = {"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": zones}]}
    held = {"metadata": {"name": name, "uid": f"uid-of-{name}"},
            "spec": {"capacity": {"storage": "100Gi"}, "storageClassName": "gp3",
                     "claimRef": {"namespace": "core", "name": f"{name}-claim"},
                     "csi": {"driver": driver, "volumeHandle": handle}}, "status": {"phase": "Bound"}}
    if zones:
        held["spec"]["nodeAffinity"] = {"required": {"nodeSelectorTerms": [term]}}
    return held


def service(name, kind, ranges=None):
    spec = {"type": kind, "ports": [{"port": 443, "protocol": "TCP"}]}
    if ranges is not None:
        spec["loadBalancerSourceRanges"] = ranges
    return {"metadata": {"name": name, "namespace": "core", "uid": f"uid-of-{name}"}, "spec": spec,
            "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}}


class Kubernetes(cloud_base.Cloud):
    def __init__(self, folder):
        super().__init__(folder)
        for who in ("eyes", "hands", "peeps"):
            token = secrets.token_urlsafe(40)
            self.tokens[token] = (who, self.started + 86400)
            cloud_base.secret_file(folder, f"{who}.json", {"token": token})
        cloud_base.secret_file(folder, "wrong.json", {"token": secrets.token_urlsafe(40)})

    @staticmethod
    def refusal(text, code=401, reason="Unauthorized"):
        return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": text, "reason": reason,
                "code": code}

    def elsewhere(self, item):
        labels = {"topology.kubernetes.io/region": "us-east-1", "topology.kubernetes.io/zone": "us-east-1a"}
        return dict(item, metadata=dict(item["metadata"], labels=labels))

    def listed(self, request, kind, items):
        asked = int(request.query.get("limit", 500))
        part, mark = self.page(items, request, min(asked, self.number("page", 2)), "continue")
        return {"kind": kind, "apiVersion": "v1", "metadata": {"resourceVersion": "17", "continue": mark or ""},
                "items": part}

    def answer(self, request):
        who = self.token_check(request, self.refusal)
        if "expired" in self.faults():
            raise Refused(401, self.refusal("the token has expired"))
        self.throttle(request, lambda text: self.refusal(text, 429, "TooManyRequests"))
        if request.method == "POST" and request.path == "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews":
            rules = {"eyes": [READ, ASK], "hands": [READ, ASK, ALL],
                     "peeps": [READ, ASK, {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["secrets"]}]}
            return 201, {"kind": "SelfSubjectRulesReview", "status": {
                "resourceRules": rules[who], "nonResourceRules": [], "incomplete": False}}, {}
        if "denied" in self.faults():
            raise Refused(403, self.refusal("nodes is forbidden", 403, "Forbidden"))
        if request.path == "/api/v1/namespaces/kube-system":
            return {"kind": "Namespace", "metadata": {"name": "kube-system", "uid": "5f3c-cluster"}}
        moved = ("us-east-1", "us-east-1a") if "moved" in self.faults() else ("ap-northeast-1", "ap-northeast-1a")
        if request.path == "/api/v1/nodes":
            return self.listed(request, "NodeList", [
                node("worker-1", *moved), node("worker-2", "ap-northeast-1", "ap-northeast-1c"),
                node("worker-3", None, "none")] + [node(f"w-{n:05}", "ap-northeast-1", "ap-northeast-1a")
                                                   for n in range(self.number("many", 0))])
        if request.path == "/api/v1/persistentvolumes":
            return self.listed(request, "PersistentVolumeList", [
                volume("subscribers", ["ap-northeast-1a"], "ebs.csi.aws.com", "vol-1"),
                volume("shared", [], "efs.csi.aws.com", "fs-1")])
        if request.path == "/api/v1/services":
            return self.listed(request, "ServiceList", [
                service("nrf", "ClusterIP"), service("portal", "LoadBalancer"),
                service("inside", "LoadBalancer", ["10.0.0.0/8"])])
        raise Refused(404, self.refusal(f"there is no {request.path}", 404, "NotFound"))


cloud_base.run(Kubernetes(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
