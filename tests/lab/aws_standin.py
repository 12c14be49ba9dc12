#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for the APIs of AWS: STS, EC2, S3, KMS, RDS and IAM in their documented shapes, over TLS.

usage: aws_standin.py PORT CERTIFICATE KEY WORLD.json
The world is read anew for each request, so that it changes under our feet.  Signatures are verified for real, by an
implementation of its own: another secret, another region or service than the scope says, a time off by more than 15
minutes and an unsigned field are refused as AWS refuses them.  world["mischief"] asks for what goes wrong.
"""
import datetime, hashlib, hmac, http.server, json, ssl, sys, threading, urllib.parse
from xml.sax.saxutils import escape

PORT, CERTIFICATE, KEY, WORLD = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
throttled, lock = {}, threading.Lock()


class Refused(Exception):
    def __init__(self, status, code, text="", head=None):
        self.status, self.code, self.text, self.head = status, code, text, head or {}


def xml(name, value):
    """Dictionaries are elements, lists repeat the name they stand under, None is left out."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(xml(name, one) for one in value)
    if isinstance(value, dict):
        return "<%s>%s</%s>" % (name, "".join(xml(k, v) for k, v in value.items()), name)
    if isinstance(value, bool):
        value = "true" if value else "false"
    return "<%s>%s</%s>" % (name, escape(str(value)), name)


def items(values):
    return {"item": list(values)}


def verify(handler, body, world):
    """Returns (service, region) of the scope, or refuses."""
    head = {k.lower(): v for k, v in handler.headers.items()}
    given = head.get("authorization", "")
    if not given.startswith("AWS4-HMAC-SHA256 "):
        raise Refused(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    parts = dict(p.strip().split("=", 1) for p in given[17:].split(","))
    key, day, region, service, end = parts["Credential"].split("/")
    credential = world["credential"]
    if key != credential["id"] or end != "aws4_request":
        raise Refused(403, "InvalidClientTokenId" if service != "s3" else "InvalidAccessKeyId", "The security token included in the request is invalid.")
    if head.get("x-amz-security-token", "") != credential.get("token", ""):
        raise Refused(403, "InvalidClientTokenId", "The security token included in the request is invalid")
    stamp = datetime.datetime.strptime(head["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=world.get("mischief", {}).get("clock", 0))
    if abs((now - stamp).total_seconds()) > 900 or stamp.strftime("%Y%m%d") != day:
        raise Refused(403, "RequestTimeTooSkewed" if service == "s3" else "RequestExpired", "Request has expired.")
    signed = parts["SignedHeaders"].split(";")
    for name in ["host"] + [n for n in head if n.startswith("x-amz-")]:
        if name not in signed:
            raise Refused(403, "SignatureDoesNotMatch", "%s must be signed" % name)
    path, _, query = handler.path.partition("?")
    pairs = sorted((urllib.parse.quote(urllib.parse.unquote(n), safe="-_.~"), urllib.parse.quote(urllib.parse.unquote(v), safe="-_.~"))
                   for n, _, v in (p.partition("=") for p in query.split("&") if p))
    digest = hashlib.sha256(body).hexdigest()
    if service == "s3" and head.get("x-amz-content-sha256") != digest:
        raise Refused(400, "XAmzContentSHA256Mismatch")
    canonical = "\n".join([handler.command, path, "&".join("%s=%s" % p for p in pairs),
                           "".join("%s:%s\n" % (n, " ".join(head[n].split())) for n in signed), ";".join(signed), digest])
    scope = "/".join([day, region, service, end])
    text = "\n".join(["AWS4-HMAC-SHA256", head["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    secret = ("AWS4" + credential["secret"]).encode()
    for part in (day, region, service, end):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(hmac.new(secret, text.encode(), hashlib.sha256).hexdigest(), parts["Signature"]):
        raise Refused(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.")
    if region not in world["regions"] and not (service == "iam" and region == "us-east-1"):
        raise Refused(403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region")
    return service, region


def permit(world, action):
    if action in world.get("denied", []):
        service = action.split(":")[0]
        raise Refused(403, {"ec2": "UnauthorizedOperation", "kms": "AccessDeniedException"}.get(service, "AccessDenied"),
                      "not authorized to perform: " + action)


def page(world, action, values, form, size_name, token_name):
    """A slice of values by page, and the token of the next one."""
    size = min(int(form.get(size_name, 1000)), world.get("page", 1000))
    at = int(form.get(token_name, "0").replace("page-", ""))
    some = values[at:at + size]
    return some, "page-%d" % (at + size) if at + size < len(values) else None


# --- EC2 -----------------------------------------------------------------------------------------------------------------
def ec2_filter(values, form, name):
    wanted = [v for k, v in form.items() if k.startswith(name + ".")]
    missing = [w for w in wanted if w not in [v["id"] for v in values]]
    if missing:
        raise Refused(400, "Invalid%sID.NotFound" % name.replace("Id", ""), "The ID '%s' does not exist" % missing[0])
    return [v for v in values if v["id"] in wanted] if wanted else values


def tags(value):
    return items([{"key": "Name", "value": value["name"]}]) if value.get("name") else {}


def describe_instances(world, region, form):
    values = ec2_filter(world["regions"][region].get("machines", []), form, "InstanceId")
    made = world["regions"][region].get("generate", 0)
    if made and not any(k.startswith("InstanceId.") for k in form):
        values = values + [{"id": "i-%017x" % n, "zone": region + "abc"[n % 3], "name": "node-%05d" % n, "state": "running"} for n in range(made)]
    some, token = page(world, "DescribeInstances", values, form, "MaxResults", "NextToken")
    if world.get("mischief", {}).get("contradict") and form.get("NextToken"):
        some = some + [dict(values[0], zone=world["mischief"]["contradict"])]
    return {"reservationSet": items({
        "reservationId": "r-" + v["id"][2:], "ownerId": world["account"], "groupSet": {}, "instancesSet": items([{
            "instanceId": v["id"], "imageId": "ami-0123456789abcdef0", "instanceState": {"code": 16, "name": v.get("state", "running")},
            "instanceType": "m7i.large", "launchTime": "2026-11-01T00:00:00.000Z",
            "placement": {"availabilityZone": v["zone"], "groupName": "", "tenancy": "default"},
            "privateIpAddress": "10.0.0.4", "groupSet": items([{"groupId": g, "groupName": g} for g in v.get("groups", [])]),
            "blockDeviceMapping": items([{"deviceName": "/dev/xvda", "ebs": {"volumeId": b, "status": "attached"}} for b in v.get("volumes", [])]),
            "tagSet": tags(v)}])} for v in some), "nextToken": token}


def ec2(world, region, form):
    action = form.get("Action", "")
    if action == "DescribeRegions":
        return {"regionInfo": items({"regionName": r, "regionEndpoint": "ec2.%s.amazonaws.com" % r, "optInStatus": "opt-in-not-required"}
                                    for r in world["regions"])}
    if action == "DescribeInstances":
        return describe_instances(world, region, form)
    raise Refused(400, "InvalidAction", "The action %s is not valid for this web service." % action)


# --- STS -----------------------------------------------------------------------------------------------------------------
def sts(world, region, form):
    return {"GetCallerIdentityResult": {"Arn": "arn:aws:iam::%s:user/monitor" % world["account"], "UserId": "AIDAEXAMPLE", "Account": world["account"]},
            "ResponseMetadata": {"RequestId": "01234567-89ab-cdef-0123-456789abcdef"}}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, form, *args):
        pass

    def answer(self, status, body, kind="text/xml", head=None, cut=None):
        body = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("x-amzn-RequestId", "01234567-89ab-cdef-0123-456789abcdef")
        for name, value in (head or {}).items():
            self.send_header(name, value)
        if cut is not None:     # well-formed HTTP around half a document
            body = body[:int(len(body) * cut)]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def query(self, service, namespace, action, result):
        name = action + "Response"
        return '<?xml version="1.0" encoding="UTF-8"?>\n<%s xmlns="%s">%s</%s>' % (name, namespace, "".join(xml(k, v) for k, v in result.items()), name)

    def dispatch(self, world, service, region, body):
        form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
        action = form.get("Action", "")
        self.mischief(world, service, action)
        permit(world, "%s:%s" % (service, action))
        if service == "ec2":
            return self.query(service, "http://ec2.amazonaws.com/doc/2016-11-15/", action, dict({"requestId": "0123"}, **ec2(world, region, form))), "text/xml"
        if service == "sts":
            return self.query(service, "https://sts.amazonaws.com/doc/2011-06-15/", action, sts(world, region, form)), "text/xml"
        raise Refused(400, "InvalidAction", "no such service")

    def mischief(self, world, service, action):
        throttle = world.get("mischief", {}).get("throttle", {}).get(action)
        if throttle is None:
            return
        with lock:
            throttled[action] = throttled.get(action, 0) + 1
            again = throttled[action] <= throttle["times"]
        if again:
            raise Refused(throttle.get("status", 503), throttle.get("code", "RequestLimitExceeded"), "Request limit exceeded.",
                          {"Retry-After": str(throttle["after"])} if "after" in throttle else {})

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with open(WORLD) as file:
            world = json.load(file)
        service = "ec2"
        try:
            service, region = verify(self, body, world)
            text, kind = self.dispatch(world, service, region, body)
            action = dict(urllib.parse.parse_qsl(body.decode())).get("Action", "") or self.headers.get("x-amz-target", "").partition(".")[2] or service
            self.answer(200, text, kind, cut=world.get("mischief", {}).get("cut", {}).get(action))
        except Refused as refused:
            self.refuse(service, refused)

    def refuse(self, service, refused):
        error = xml("Code", refused.code) + xml("Message", refused.text)
        if service == "kms":
            self.answer(refused.status, json.dumps({"__type": refused.code, "message": refused.text}), "application/x-amz-json-1.1", refused.head)
        elif service == "ec2":
            self.answer(refused.status, "<?xml version=\"1.0\"?><Response><Errors><Error>%s</Error></Errors><RequestID>0123</RequestID></Response>" % error, head=refused.head)
        elif service == "s3":
            self.answer(refused.status, "<?xml version=\"1.0\"?><Error>%s<RequestId>0123</RequestId></Error>" % error, "application/xml", refused.head)
        else:
            self.answer(refused.status, "<ErrorResponse><Error><Type>Sender</Type>%s</Error><RequestId>0123</RequestId></ErrorResponse>" % error, head=refused.head)

    do_GET = do_POST = do_HEAD = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", PORT), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
