#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Serves the real Keystone of a folder that keystone.sh prepared, over TLS, and fills it through its own API:
# regions, endpoints of the simulated services beside it, users with and without rights, an application credential.
# usage: keystone_serve.py FOLDER PORT CERTIFICATE KEY SERVICES-URL
import json
import os
import secrets
import ssl
import sys
import threading
import urllib.request
import wsgiref.simple_server

folder, port, certificate, key, services = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]
rc = dict(line.rstrip("\n").split("=", 1) for line in open(f"{folder}/keystone.rc"))


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


def serve():
    from keystone.server import wsgi
    sys.argv[1:] = []
    os.environ["OS_KEYSTONE_CONFIG_DIR"] = folder
    application = wsgi.initialize_public_application()
    server = wsgiref.simple_server.make_server("127.0.0.1", port, application,
                                             handler_class=Quiet)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


def ask(method, path, body=None, token=None):
    request = urllib.request.Request(rc["url"] + path, method=method,
                                     data=json.dumps(body).encode() if body is not None else None,
                                     headers={"Content-Type": "application/json"})
    if token:
        request.add_header("X-Auth-Token", token)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with urllib.request.urlopen(request, context=context) as answer:
        text = answer.read()
        return answer.headers, json.loads(text) if text else None


def login(name, password, project="admin"):
    scope = {"project": {"name": project, "domain": {"id": "default"}}}
    who = {"name": name, "password": password, "domain": {"id": "default"}}
    headers, body = ask("POST", "/auth/tokens", {"auth": {
        "identity": {"methods": ["password"], "password": {"user": who}}, "scope": scope}})
    return headers["X-Subject-Token"], body["token"]


def endpoints(token):
    """Each service of each region, at a path that names both; OpenStack's own URL templates."""
    for region in ("osaka", "tokyo"):
        if region != "tokyo":
            ask("POST", "/regions", {"region": {"id": region, "description": "second"}}, token)
    paths = {"compute": "v2.1", "volumev3": "v3/$(project_id)s", "image": "", "network": "",
             "object-store": "v1/AUTH_$(project_id)s", "key-manager": ""}
    for kind, path in paths.items():
        _, made = ask("POST", "/services", {"service": {"name": kind, "type": kind}}, token)
        for region in ("tokyo", "osaka"):
            url = f"{services}/{region}/{kind}" + (f"/{path}" if path else "")
            ask("POST", "/endpoints", {"endpoint": {
                "service_id": made["service"]["id"], "region_id": region, "interface": "public",
                "url": url}}, token)


def people(token):
    """eyes: role reader; hands: role member.  The same for application credentials."""
    _, roles = ask("GET", "/roles", None, token)
    role = {one["name"]: one["id"] for one in roles["roles"]}
    _, made = ask("POST", "/projects", {"project": {"name": "core", "domain_id": "default"}}, token)
    project = made["project"]["id"]
    for name, rights in (("eyes", "reader"), ("hands", "member")):
        password = secrets.token_urlsafe(18)
        _, user = ask("POST", "/users", {"user": {"name": name, "password": password,
                                                  "domain_id": "default"}}, token)
        user = user["user"]["id"]
        ask("PUT", f"/projects/{project}/users/{user}/roles/{role[rights]}", None, token)
        own, _ = login(name, password, "core")
        _, given = ask("POST", f"/users/{user}/application_credentials", {"application_credential": {
            "name": f"sekimori-{name}"}}, own)
        given = given["application_credential"]
        files = {f"{name}.json": {"user": name, "password": password, "user_domain": "Default",
                                  "project": "core", "project_domain": "Default"},
                 f"{name}-app.json": {"application_credential_id": given["id"],
                                      "application_credential_secret": given["secret"]},
                 f"{name}-wrong.json": {"user": name, "password": password + "x",
                                        "user_domain": "Default", "project": "core",
                                        "project_domain": "Default"}}
        for path, content in files.items():
            with open(os.open(f"{folder}/{path}", os.O_CREAT | os.O_WRONLY, 0o600), "w") as out:
                json.dump(content, out)


server = serve()
thread = threading.Thread(target=server.serve_forever, daemon=True)
thread.start()
admin, _ = login("admin", rc["secret"])
endpoints(admin)
people(admin)
with open(f"{folder}/admin-token", "w") as out:
    out.write(admin)
open(f"{folder}/READY", "w").close()
thread.join()
