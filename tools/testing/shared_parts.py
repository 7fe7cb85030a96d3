"""A database and a virtual host of a measurement's own, on the servers that scripts/integration started."""

import base64
import os
import pathlib
import re
import secrets
import subprocess
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("MASKWATCH_BINARY", ROOT / ".build/release/maskwatch"))


def settings(folder):
    """The environment of a role."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    rabbit, postgres = os.environ["MASKWATCH_TEST_RABBITMQ_URL"], os.environ["MASKWATCH_TEST_POSTGRESQL_URL"]
    ctl = [ROOT / "scripts/servers/rabbitmq", "ctl", os.environ["MASKWATCH_TEST_RABBITMQ_FOLDER"]]
    subprocess.run([*ctl, "add_vhost", name], check=True, stdout=subprocess.DEVNULL)
    user = re.match(r"amqps?://([^:@]+)", rabbit)[1]
    subprocess.run([*ctl, "set_permissions", "-p", name, user, ".*", ".*", ".*"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["createdb", "--maintenance-db", postgres, name], check=True)
    replace = lambda url: re.sub(r"^([a-z]+://[^/]*)/[^?]*", rf"\g<1>/{name}", url)
    return {
        "PATH": "/usr/bin:/bin", "HOME": str(folder), "MASKWATCH_QUEUE_URL": replace(rabbit),
        "MASKWATCH_DATABASE_URL": replace(postgres), "MASKWATCH_STORAGE_URL": f"file://{folder}/pictures",
        "MASKWATCH_DATA_DIRECTORY": str(folder / "data"), "MASKWATCH_LOG_LEVEL": "warning",
        "MASKWATCH_SECURITY_SECRET_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
