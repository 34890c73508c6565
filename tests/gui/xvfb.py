"""Runs a program under an X server of its own: xvfb.py PROGRAM [ARGUMENTS]. Status 77, with
the reason, where there is no Xvfb."""
import os
import shutil
import subprocess
import sys
import tempfile


def main():
    if not shutil.which("Xvfb"):
        print("skipped: no Xvfb")
        return 77
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "3200x2000x24",
         "-nolisten", "tcp", "-noreset"], pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        number = os.fdopen(read_end).readline().strip()
        if not number:
            print("skipped: Xvfb does not start")
            return 77
        with tempfile.TemporaryDirectory() as runtime:
            env = dict(os.environ, DISPLAY=":" + number, QT_QPA_PLATFORM="xcb",
                       XDG_RUNTIME_DIR=runtime, DBUS_SESSION_BUS_ADDRESS="disabled:")
            for name in ("WAYLAND_DISPLAY", "PLOTLIB_PAINTER"):
                env.pop(name, None)
            return subprocess.run(sys.argv[1:], env=env).returncode
    finally:
        server.terminate()
        server.wait()


sys.exit(main())
