#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A stand-in (simulated) for Azure: OAuth2 client credentials with the secret checked, Resource Graph with paging by
# $skipToken, role assignments, diagnostic settings, keys of vaults.  Writes credential files eyes, hands, wrong.
# usage: cloud_azure.py FOLDER PORT CERTIFICATE KEY
import base64
import json
import secrets
import sys
import time

import cloud_base
from cloud_base import Refused

TENANT = "7f4a1c2e-0000-4000-8000-00000000aaaa"
SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"
SCOPE = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{SCOPE}/resourceGroups/core/providers"
DISK, VAULT = f"{GROUP}/Microsoft.Compute/disks", f"{GROUP}/Microsoft.KeyVault/vaults/core-keys"
STORE = f"{GROUP}/Microsoft.Storage/storageAccounts"
ROLES = {"eyes": ("Reader", ["*/read"], []), "hands": ("Contributor", ["*"], []),
         "data": ("Storage Blob Data Reader", ["Microsoft.Storage/storageAccounts/blobServices/containers/read"],
                  ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"])}


def resource(path, kind, place, **more):
    return {"id": path, "name": path.rsplit("/", 1)[1], "type": kind, "location": place,
            "zones": more.pop("zones", None), "sku": more.pop("sku", None), "tags": {"owner": "core"},
            "properties": more}


def machine(name, place, vm, kind="ConfidentialVM"):
    return resource(f"{GROUP}/Microsoft.Compute/virtualMachines/{name}", "microsoft.compute/virtualmachines", place,
                    zones=["1"], vmId=vm, securityProfile={"encryptionAtHost": True, "securityType": kind,
                                     "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True}},
                    storageProfile={"osDisk": {"managedDisk": {"id": f"{DISK}/{name}-os"}}, "dataDisks": []})


def disk(name, place, **more):
    return resource(f"{DISK}/{name}", "microsoft.compute/disks", place,
                    encryption={"type": more.pop("encryption", "EncryptionAtRestWithCustomerKey")},
                    networkAccessPolicy=more.pop("policy", "DenyAll"),
                    publicNetworkAccess=more.pop("public", "Disabled"), creationData={"createOption": "FromImage"})


def account(name, sku, first, second, **more):
    return resource(f"{STORE}/{name}", "microsoft.storage/storageaccounts", first, sku={"name": sku},
                    primaryLocation=first, secondaryLocation=second, supportsHttpsTrafficOnly=True,
                    allowBlobPublicAccess=more.pop("public", False),
                    allowCrossTenantReplication=more.pop("tenants", False),
                    publicNetworkAccess=more.pop("network", "Disabled"),
                    networkAcls={"defaultAction": more.pop("action", "Deny")},
                    encryption={"keySource": more.pop("source", "Microsoft.Keyvault")})


def estate(cloud):
    moved = "southeastasia" if "moved" in cloud.faults() else "japaneast"
    rule = {"access": "Allow", "direction": "Inbound", "sourceAddressPrefix": "Internet",
            "destinationPortRange": "22", "protocol": "Tcp"}
    items = [
        machine("amf-1", moved, "0a8c5b1e-1111-4222-8333-000000000001"),
        machine("udm-1", "japanwest", "0a8c5b1e-1111-4222-8333-000000000002", "TrustedLaunch"),
        disk("amf-1-os", moved), disk("scratch", "japaneast", policy="AllowAll", public="Enabled",
                                      encryption="EncryptionAtRestWithPlatformKey"),
        resource(f"{GROUP}/Microsoft.Compute/snapshots/amf-1-copy", "microsoft.compute/snapshots", "southeastasia",
                 encryption={"type": "EncryptionAtRestWithPlatformKey"}, networkAccessPolicy="DenyAll",
                 creationData={"createOption": "CopyStart",
                               "sourceResourceId": f"{DISK}/scratch"}),
        account("subscribers", "Standard_GRS", "japaneast", "japanwest"),
        account("charging", "Standard_LRS", "japaneast", None, public=True, network="Enabled", action="Allow",
                source="Microsoft.Storage", tenants=True),
        resource(f"{GROUP}/Microsoft.Network/networkSecurityGroups/core", "microsoft.network/networksecuritygroups",
                 "japaneast", securityRules=[{"name": "ssh", "properties": rule}]),
        resource(f"{GROUP}/Microsoft.Sql/servers/core/databases/charging", "microsoft.sql/servers/databases",
                 "japaneast", status="Online", currentBackupStorageRedundancy="Geo"),
        resource(f"{GROUP}/Microsoft.DBforPostgreSQL/flexibleServers/udr", "microsoft.dbforpostgresql/flexibleservers",
                 "japaneast", state="Ready", backup={"geoRedundantBackup": "Disabled", "backupRetentionDays": 7},
                 network={"publicNetworkAccess": "Disabled"}, dataEncryption={"type": "SystemManaged"}),
        resource(VAULT, "microsoft.keyvault/vaults", "japaneast", enableSoftDelete=True,
                 enablePurgeProtection=True, publicNetworkAccess="Disabled"),
    ]
    return items + [machine(f"upf-{n:05}", "japaneast", f"0a8c5b1e-1111-4222-8333-1{n:011}")
                    for n in range(cloud.number("many", 0))]


class Azure(cloud_base.Cloud):
    def __init__(self, folder):
        super().__init__(folder)
        self.secret = {}
        for who in ROLES:
            self.secret[who] = secrets.token_urlsafe(30)
            for name, tail in ((who, ""), ("wrong", "x")):
                cloud_base.secret_file(folder, f"{name}.json", {
                    "tenant": TENANT, "client_id": who, "client_secret": self.secret[who] + tail,
                    "subscription": SUBSCRIPTION})

    def elsewhere(self, item):
        return dict(item, location="westus2")

    @staticmethod
    def refusal(text, code="AuthenticationFailed"):
        return {"error": {"code": code, "message": text}}

    def token(self, request):
        form = request.form()
        who = form.get("client_id")
        if form.get("grant_type") != "client_credentials" or not form.get("scope", "").endswith("/.default"):
            raise Refused(400, {"error": "invalid_request", "error_description": "AADSTS900144: grant_type, scope"})
        if not secrets.compare_digest(self.secret.get(who, "\0"), form.get("client_secret", "")):
            raise Refused(401, {"error": "invalid_client",
                                "error_description": "AADSTS7000215: Invalid client secret provided."})
        # A JSON Web Token in form: what reads it wants the object's id; only its secrecy is checked here.
        said = {"oid": f"object-of-{who}", "appid": who, "tid": TENANT, "exp": int(time.time()) + 3600}
        part = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
                for one in ({"alg": "RS256", "typ": "JWT"}, said)]
        given = self.token_give(who)
        whole = ".".join(part + [given])
        self.tokens[whole] = self.tokens.pop(given)
        return {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": whole}

    def graph(self, request):
        body = request.json()
        if body.get("subscriptions") != [SUBSCRIPTION]:
            raise Refused(403, self.refusal("no access to that subscription", "AuthorizationFailed"))
        if "order by id" not in body.get("query", "").lower():
            raise Refused(400, self.refusal("without an order, pages are none", "BadRequest"))
        options = body.get("options", {})
        request.query = {"skip": options["$skipToken"]} if "$skipToken" in options else {}
        items = sorted(estate(self), key=lambda one: one["id"].lower())
        part, mark = self.page(items, request, min(options.get("$top", 100), self.number("page", 4)), "skip")
        answer = {"totalRecords": len(items), "count": len(part), "resultTruncated": "false", "facets": [],
                  "data": part}
        return dict(answer, **{"$skipToken": mark}) if mark else answer

    def roles(self, request, who):
        if "assignedTo" not in request.query.get("$filter", "") or f"object-of-{who}" not in request.query["$filter"]:
            raise Refused(400, self.refusal("a filter by assignedTo is asked for", "BadRequest"))
        return {"value": [{"name": "a1", "id": f"{SCOPE}/providers/Microsoft.Authorization/roleAssignments/a1",
                           "properties": {"scope": SCOPE, "principalId": f"object-of-{who}", "roleDefinitionId":
                                          f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{who}"}}]}

    def settings(self, path):
        if path.startswith(SCOPE + "/resourceGroups") and "subscribers" not in path and "core-keys" not in path:
            return {"value": []}
        return {"value": [{"name": "to-storage", "properties": {
            "storageAccountId": f"{STORE}/charging", "workspaceId": None,
            "logs": [{"category": "Administrative", "enabled": True}], "metrics": []}}]}

    def store(self, rest):
        name, _, what = rest.partition("/")
        if what == "blobServices/default":
            return {"name": "default", "properties": {"isVersioningEnabled": name == "subscribers"}}
        if what == "blobServices/default/containers":
            return {"value": [{"name": "cdr", "properties": {"publicAccess": "None"}},
                              {"name": "web", "properties": {"publicAccess": "Blob"}}]}
        if what == "objectReplicationPolicies":
            rule = {"sourceAccount": f"{STORE}/charging", "destinationAccount": f"{STORE}/elsewhere",
                    "rules": [{"ruleId": "r1", "sourceContainer": "cdr", "destinationContainer": "cdr"}]}
            return {"value": [{"name": "p1", "properties": rule}] if name == "charging" else []}
        raise Refused(404, self.refusal(f"there is no {what}", "ResourceNotFound"))

    def keys(self):
        rotate = {"lifetimeActions": [{"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": "P90D"}}]}
        return {"value": [
            {"id": f"{VAULT}/keys/subscribers", "name": "subscribers", "location": "japaneast",
             "properties": {"kty": "RSA-HSM", "keySize": 3072, "attributes": {"enabled": True, "exportable": False},
                            "rotationPolicy": rotate}},
            {"id": f"{VAULT}/keys/charging", "name": "charging", "location": "japaneast",
             "properties": {"kty": "RSA", "keySize": 2048, "attributes": {"enabled": True}}}]}

    def answer(self, request):
        path = request.path
        if request.method == "POST" and path == f"/{TENANT}/oauth2/v2.0/token":
            return self.token(request)
        who = self.token_check(request, self.refusal)
        self.throttle(request, lambda text: self.refusal(text, "TooManyRequests"))
        if "denied" in self.faults() or "api-version" not in request.query:
            raise Refused(403, self.refusal("the client has no authorization", "AuthorizationFailed"))
        if request.method == "POST" and path == "/providers/Microsoft.ResourceGraph/resources":
            return self.graph(request)
        if path == f"{SCOPE}/providers/Microsoft.Authorization/roleAssignments":
            return self.roles(request, who)
        if path == f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{who}":
            name, actions, data = ROLES[who]
            return {"id": path, "properties": {"roleName": name, "type": "BuiltInRole", "permissions": [
                {"actions": actions, "notActions": [], "dataActions": data, "notDataActions": []}]}}
        if path.endswith("/providers/Microsoft.Insights/diagnosticSettings"):
            return self.settings(path)
        if path == f"{VAULT}/keys":
            return self.keys()
        if path.startswith(STORE + "/"):
            return self.store(path[len(STORE) + 1:])
        raise Refused(404, self.refusal(f"there is no {path}", "ResourceNotFound"))


cloud_base.run(Azure(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
