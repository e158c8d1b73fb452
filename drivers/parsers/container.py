"""Runs what a manifest starts, without a cluster or containers.

The first argument says what is on the standard input: "kubernetes", a Job as JSON, whose Secrets and ConfigMaps stand in the
folder cluster/ as folders of files; "compose", what modules/compose prints. Mounted files are put into a folder, and their
paths, plain and percent-encoded, are replaced where the container would see them. The environment is what the manifest
gives and the PATH.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from urllib.parse import quote


def start(command, environment, mounts):
    def real(text):
        for inside, outside in mounts.items():
            text = text.replace(inside, outside).replace(quote(inside, safe=""), quote(outside, safe=""))
        return text

    environment = {name: real(value) for name, value in environment.items()}
    return subprocess.run([real(word) for word in command], env={"PATH": os.environ["PATH"], "HOME": os.getcwd()} | environment).returncode


def kubernetes(job):
    pod = job["spec"]["template"]["spec"]
    root = pathlib.Path(tempfile.mkdtemp(dir="."))
    volumes = {}
    for volume in pod["volumes"]:
        folder = (root / volume["name"]).absolute()
        folder.mkdir()
        volumes[volume["name"]] = str(folder)
        source = volume.get("secret", {}).get("secretName") or volume.get("configMap", {}).get("name")
        if not source:
            assert volume["emptyDir"] == {"medium": "Memory"}, volume
            continue
        if "secret" in volume:
            assert volume["secret"]["defaultMode"] == 0o400, volume
            assert pod["securityContext"]["fsGroup"] == pod["securityContext"]["runAsGroup"]
        for file in pathlib.Path("cluster", source).iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
    for container in pod.get("initContainers", []) + pod["containers"]:
        environment = {}
        for variable in container.get("env", []):
            if "valueFrom" in variable:
                key = variable["valueFrom"]["secretKeyRef"]
                value = pathlib.Path("cluster", key["name"], key["key"]).read_text()
            else:
                value = expand(variable["value"], environment)
            environment[variable["name"]] = value
        mounts = {mount["mountPath"] + "/": volumes[mount["name"]] + "/" for mount in container["volumeMounts"]}
        status = start([expand(word, environment) for word in container["command"]], environment, mounts)
        if status:
            return status
    return 0


def expand(text, environment):
    """Does what the kubelet does with $(NAME) and $$."""
    return re.sub(r"\$\$|\$\((\w+)\)", lambda m: "$" if m[0] == "$$" else environment.get(m[1], m[0]), text)


def compose(app):
    mounts = {}
    for name, path in app["secrets"].items():
        # A name without characters of its own meaning: the real one is bound to /run/secrets as it is.
        link = tempfile.mkdtemp(dir=os.getcwd()) + "/" + name
        os.symlink(path, link)
        mounts["/run/secrets/" + name] = link
    return start(app["command"], app["environment"], mounts)


sys.exit({"kubernetes": kubernetes, "compose": compose}[sys.argv[1]](json.load(sys.stdin)))
