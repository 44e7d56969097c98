"""The bot of a built image, in a mount space of its own: `python -m tests.fakes.contained run`.

As a container engine with `--read-only` runs it: the root file system cannot be written, `/data` is one folder from
outside, `/tmp` is in memory, and the user is nobody that the image knows. Needs root and Linux. ROOT, DATA and OWNER
name variables: where the image's files are, which folder is `/data`, and whose it is.
"""

import os
import sys

ROOT, DATA, OWNER = "CONTAINED_ROOT", "CONTAINED_DATA", "CONTAINED_OWNER"
COMMAND = ("-m", "tests.fakes.contained")
_SCRIPT = """
set -e
mount --bind "$CONTAINED_ROOT" "$CONTAINED_ROOT"
mount --bind "$CONTAINED_DATA" "$CONTAINED_ROOT/data"
mount -t tmpfs tmpfs "$CONTAINED_ROOT/tmp"
mount --rbind /proc "$CONTAINED_ROOT/proc"
mount --rbind /dev "$CONTAINED_ROOT/dev"
mount -o remount,bind,ro "$CONTAINED_ROOT"
exec chroot --userspec="$CONTAINED_OWNER:$CONTAINED_OWNER" "$CONTAINED_ROOT" \
    /bin/sh -c 'cd /app && exec /app/.venv/bin/python -m bot "$@"' limner "$@"
"""

if __name__ == "__main__":
    os.environ["LIMNER_DATABASE__URL"] = "sqlite:////data/limner.db"
    os.execvp(
        "unshare", ["unshare", "--mount", "--propagation", "private", "bash", "-c", _SCRIPT, "bash", *sys.argv[1:]]
    )
