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
            "cpuOptions": dict({"coreCount": 1, "threadsPerCore": 2}, **({"amdSevSnp": v["snp"]} if "snp" in v else {})),
            "enclaveOptions": {"enabled": v.get("enclave", False)}, **({"tpmSupport": "v2.0"} if v.get("tpm") else {}),
            "tagSet": tags(v)}])} for v in some), "nextToken": token}


def ec2(world, region, form):
    action = form.get("Action", "")
    if action == "DescribeRegions":
        return {"regionInfo": items({"regionName": r, "regionEndpoint": "ec2.%s.amazonaws.com" % r, "optInStatus": "opt-in-not-required"}
                                    for r in world["regions"])}
    if action == "DescribeInstances":
        return describe_instances(world, region, form)
    here = world["regions"][region]
    if action == "DescribeVolumes":
        some, token = page(world, action, ec2_filter(here.get("volumes", []), form, "VolumeId"), form, "MaxResults", "NextToken")
        return {"volumeSet": items({"volumeId": v["id"], "size": 8, "availabilityZone": v["zone"], "status": "in-use", "createTime": "2026-11-01T00:00:00.000Z",
                                    "encrypted": v["encrypted"], "kmsKeyId": v.get("key"), "tagSet": tags(v)} for v in some), "nextToken": token}
    if action == "DescribeSnapshots":
        some, token = page(world, action, ec2_filter(here.get("snapshots", []), form, "SnapshotId"), form, "MaxResults", "NextToken")
        return {"snapshotSet": items({"snapshotId": v["id"], "volumeId": "vol-ffffffff", "status": "completed", "startTime": "2026-11-02T00:00:00.000Z",
                                      "ownerId": world["account"], "description": v.get("description", ""), "encrypted": v["encrypted"]} for v in some), "nextToken": token}
    if action == "DescribeSnapshotAttribute":
        one = ec2_filter(here.get("snapshots", []), {"SnapshotId.1": form["SnapshotId"]}, "SnapshotId")[0]
        return {"snapshotId": one["id"], "createVolumePermission": items([{"group": "all"}] * one.get("public", False) + [{"userId": u} for u in one.get("shared", [])])}
    if action == "DescribeSecurityGroups":
        some, token = page(world, action, ec2_filter(here.get("groups", []), form, "GroupId"), form, "MaxResults", "NextToken")
        return {"securityGroupInfo": items({"ownerId": world["account"], "groupId": v["id"], "groupName": v["name"], "ipPermissions": items({
            "ipProtocol": r["protocol"], "fromPort": r.get("from"), "toPort": r.get("to"), "groups": {},
            "ipRanges": items({"cidrIp": c} for c in r.get("v4", [])), "ipv6Ranges": items({"cidrIpv6": c} for c in r.get("v6", []))} for r in v.get("rules", []))}
            for v in some), "nextToken": token}
    raise Refused(400, "InvalidAction", "The action %s is not valid for this web service." % action)


# --- S3 ------------------------------------------------------------------------------------------------------------------
ABSENT = {"replication": "ReplicationConfigurationNotFoundError", "publicAccessBlock": "NoSuchPublicAccessBlockConfiguration", "policyStatus": "NoSuchBucketPolicy",
          "encryption": "ServerSideEncryptionConfigurationNotFoundError"}
GROUPS = "http://acs.amazonaws.com/groups/global/"


def s3(world, region, path, query):
    """The root element's name and content."""
    if path == "/":
        values = [{"Name": n, "CreationDate": "2026-10-01T00:00:00.000Z"} for n in sorted(world["buckets"])]
        some, token = page(world, "ListBuckets", values, query, "max-buckets", "continuation-token")
        return "ListAllMyBucketsResult", {"Owner": {"ID": "0a" * 32}, "Buckets": {"Bucket": some}, "ContinuationToken": token}, {}
    name = urllib.parse.unquote(path[1:])
    bucket = world["buckets"].get(name)
    if bucket is None:
        raise Refused(404, "NoSuchBucket", "The specified bucket does not exist")
    part = next(iter(query))
    head = {"x-amz-bucket-region": world.get("mischief", {}).get("other_region", {}).get(name, bucket["region"])}
    permit(world, "s3:" + part)
    permit(world, "s3:%s:%s" % (part, name))
    if part == "location" and world.get("mischief", {}).get("sent_on") and region != bucket["region"]:
        raise Refused(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region is wrong", head)
    if part == "location":
        return "LocationConstraint", {"us-east-1": "", "eu-west-1": "EU"}.get(bucket["region"], bucket["region"]), {}
    if region != bucket["region"]:
        raise Refused(301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint.", head)
    if part in ABSENT and part not in bucket:
        raise Refused(404, ABSENT[part], "It does not exist", head)
    value = bucket.get(part, {})
    if part == "replication":
        return "ReplicationConfiguration", {"Role": "arn:aws:iam::1:role/r", "Rule": [{"ID": "r%d" % n, "Status": "Enabled" if r.get("on", True) else "Disabled",
                "Destination": {"Bucket": "arn:aws:s3:::" + r["to"]}} for n, r in enumerate(value)]}, head
    if part == "publicAccessBlock":
        return "PublicAccessBlockConfiguration", {n: value for n in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")}, head
    if part == "policyStatus":
        return "PolicyStatus", {"IsPublic": value}, head
    if part == "acl":
        return "AccessControlPolicy", {"Owner": {"ID": "0a" * 32}, "AccessControlList": {"Grant": [{"Grantee": {"ID": "0a" * 32}, "Permission": "FULL_CONTROL"}] +
                [{"Grantee": {"URI": GROUPS + g}, "Permission": "READ"} for g in bucket.get("acl", [])]}}, head
    if part == "encryption":
        return "ServerSideEncryptionConfiguration", {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms" if value else "AES256",
                "KMSMasterKeyID": value or None}, "BucketKeyEnabled": True}}, head
    if part == "logging":
        return "BucketLoggingStatus", {"LoggingEnabled": {"TargetBucket": value, "TargetPrefix": ""}} if value else {}, head
    if part == "versioning":
        return "VersioningConfiguration", {"Status": value} if value else {}, head
    raise Refused(400, "NotImplemented", part)


# --- KMS -----------------------------------------------------------------------------------------------------------------
def kms(world, region, target, body):
    keys = world["regions"][region].get("keys", {})
    if target == "ListKeys":
        some, token = page(world, target, [{"KeyId": k, "KeyArn": "arn:aws:kms:%s:%s:key/%s" % (region, world["account"], k)} for k in keys], {
            "Limit": body.get("Limit", 100), "Marker": body.get("Marker", "0")}, "Limit", "Marker")
        return dict({"Keys": some, "Truncated": token is not None}, **({"NextMarker": token} if token else {}))
    key_id = body["KeyId"].rpartition("/")[2]
    key = keys.get(key_id)
    if key is None:
        raise Refused(400, "NotFoundException", "Key does not exist")
    arn = "arn:aws:kms:%s:%s:key/%s"
    if target == "GetKeyRotationStatus":
        if key.get("origin", "AWS_KMS") != "AWS_KMS":
            raise Refused(400, "UnsupportedOperationException", "not for this origin")
        return {"KeyId": key_id, "KeyRotationEnabled": key["rotation"]}
    about = {"AWSAccountId": world["account"], "KeyId": key_id, "Arn": arn % (region, world["account"], key_id), "CreationDate": 1762300800.0, "Enabled": True,
             "Description": key.get("name", ""), "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": key.get("origin", "AWS_KMS"),
             "KeyManager": key.get("manager", "CUSTOMER"), "MultiRegion": "replicas" in key}
    if "replicas" in key:
        about["MultiRegionConfiguration"] = {"MultiRegionKeyType": "PRIMARY", "PrimaryKey": {"Arn": about["Arn"], "Region": region},
                                             "ReplicaKeys": [{"Arn": arn % (r, world["account"], key_id), "Region": r} for r in key["replicas"]]}
    return {"KeyMetadata": about}


# --- RDS -----------------------------------------------------------------------------------------------------------------
def rds(world, region, form):
    values = world["regions"][region].get("databases", [])
    wanted = form.get("DBInstanceIdentifier")
    if wanted is not None:
        values = [v for v in values if v["id"] == wanted]
        if not values:
            raise Refused(404, "DBInstanceNotFound", "DBInstance %s not found." % wanted)
    some, token = page(world, "DescribeDBInstances", values, form, "MaxRecords", "Marker")
    return {"DescribeDBInstancesResult": {"DBInstances": {"DBInstance": [{
        "DBInstanceIdentifier": v["id"], "DBInstanceArn": "arn:aws:rds:%s:%s:db:%s" % (region, world["account"], v["id"]), "DBInstanceStatus": "available",
        "AvailabilityZone": v["zone"], "InstanceCreateTime": "2026-11-01T00:00:00.000Z", "StorageEncrypted": v["encrypted"], "PubliclyAccessible": v["public"],
        "EnabledCloudwatchLogsExports": {"member": v.get("logs", [])},
        "ReadReplicaDBInstanceIdentifiers": {"ReadReplicaDBInstanceIdentifier": v.get("replicas", [])},
        "DBInstanceAutomatedBackupsReplications": {"DBInstanceAutomatedBackupsReplication": [{"DBInstanceAutomatedBackupsArn": b} for b in v.get("backups", [])]}}
        for v in some]}, "Marker": token}}


# --- IAM -----------------------------------------------------------------------------------------------------------------
def iam(world, form):
    action, users = form["Action"], world.get("users", {})
    if action == "SimulatePrincipalPolicy":
        asked = [v for k, v in sorted(form.items()) if k.startswith("ActionNames.member.")]
        return {"EvaluationResults": {"member": [{"EvalActionName": a, "EvalResourceName": "*", "EvalDecision": "allowed" if a in world.get("allowed", []) else "implicitDeny"}
                                                 for a in asked]}, "IsTruncated": False}
    if action == "GetAccountSummary":
        return {"SummaryMap": {"entry": [{"key": "AccountMFAEnabled", "value": int(world.get("root_mfa", True))}, {"key": "AccountAccessKeysPresent", "value": int(world.get("root_keys", False))},
                                         {"key": "Users", "value": len(users)}]}}
    if action == "ListEntitiesForPolicy":
        direct = [{"UserName": u} for u, about in users.items() if not about.get("group")]
        groups = sorted({about["group"] for about in users.values() if about.get("group")})
        return {"PolicyUsers": {"member": direct if form["EntityFilter"] == "User" else []},
                "PolicyGroups": {"member": [{"GroupName": g} for g in groups] if form["EntityFilter"] == "Group" else []}, "IsTruncated": False}
    if action == "GetGroup":
        return {"Users": {"member": [{"UserName": u} for u, about in users.items() if about.get("group") == form["GroupName"]]}, "IsTruncated": False}
    if action == "ListMFADevices":
        return {"MFADevices": {"member": [{"UserName": form["UserName"], "SerialNumber": "arn:aws:iam::1:mfa/x"}] if users[form["UserName"]]["mfa"] else []}, "IsTruncated": False}
    raise Refused(400, "InvalidAction", action)


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
        target = self.headers.get("x-amz-target", "").partition(".")[2]
        if service == "kms":
            self.mischief(world, service, target)
            permit(world, "kms:" + target)
            return json.dumps(kms(world, region, target, json.loads(body))), "application/x-amz-json-1.1"
        if service == "s3":
            path, _, query = self.path.partition("?")
            query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
            self.mischief(world, service, "s3")
            name, value, self.more = s3(world, region, path, query)
            return '<?xml version="1.0" encoding="UTF-8"?>\n' + xml(name, value), "application/xml"
        form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
        action = form.get("Action", "")
        self.mischief(world, service, action)
        permit(world, "%s:%s" % (service, action))
        if service == "ec2":
            return self.query(service, "http://ec2.amazonaws.com/doc/2016-11-15/", action, dict({"requestId": "0123"}, **ec2(world, region, form))), "text/xml"
        if service == "sts":
            return self.query(service, "https://sts.amazonaws.com/doc/2011-06-15/", action, sts(world, region, form)), "text/xml"
        if service == "rds":
            return self.query(service, "http://rds.amazonaws.com/doc/2014-10-31/", action, rds(world, region, form)), "text/xml"
        if service == "iam":
            return self.query(service, "https://iam.amazonaws.com/doc/2010-05-08/", action, {action + "Result": iam(world, form)}), "text/xml"
        raise Refused(400, "InvalidAction", "no such service")

    def mischief(self, world, service, action):
        throttle = world.get("mischief", {}).get("throttle", {}).get(action)
        if throttle is None:
            return
        with lock:
            throttled[action] = throttled.get(action, 0) + 1
            again = throttled[action] <= throttle["times"]
        if again:
            print("asked to wait:", action, file=sys.stderr, flush=True)
            raise Refused(throttle.get("status", 503), throttle.get("code", "RequestLimitExceeded"), "Request limit exceeded.",
                          {"Retry-After": str(throttle["after"])} if "after" in throttle else {})

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with open(WORLD) as file:
            world = json.load(file)
        service = "ec2"
        try:
            service, region = verify(self, body, world)
            self.more = {}
            text, kind = self.dispatch(world, service, region, body)
            action = dict(urllib.parse.parse_qsl(body.decode())).get("Action", "") or self.headers.get("x-amz-target", "").partition(".")[2] or service
            self.answer(200, text, kind, self.more, world.get("mischief", {}).get("cut", {}).get(action))
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
