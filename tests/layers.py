"""Refuses an include that points the wrong way (DESIGN section 1): a folder may include
itself and the folders before it, public headers never include private ones, the core knows
no painter, toolkit or GPU, and gpu/gl includes nothing of the CPU painter."""
import pathlib
import re
import sys

ORDER = ["base", "cache", "data", "scale", "reduce", "image", "text", "scene", "draw",
         "raster", "vector", "io", "config"]
SOURCES = {".c", ".h", ".cpp", ".cu"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
FOREIGN = re.compile(r"^(Q[A-Z]\w+|GL/|GLES\d/|EGL/|cuda|cublas|X11/|xcb/)")


def rank(path):
    """Where a file stands: a larger rank may include a smaller one."""
    parts = path.split("/")
    if parts[0] == "plotlib":
        return ORDER.index(parts[1]) if len(parts) > 2 else -1
    return {"gpu": 100, "widgets": 200, "examples": 300, "tests": 400}[parts[0]]


def problem(path, target, quoted):
    if FOREIGN.match(target):
        return path.startswith("plotlib/") and "the core includes a toolkit or a GPU header"
    if target.startswith(("plotlib/", "gpu/", "widgets/")):
        public = target.startswith("plotlib/") and target.count("/") == 1
        if path.startswith("plotlib/") and path.count("/") == 1 and not public:
            return "a public header includes a private one"
        if path.startswith(("widgets/", "examples/")) and not public and \
                target.split("/")[0] != path.split("/")[0]:
            return "only public headers here"
        if path.startswith("gpu/gl/") and target.startswith("plotlib/raster/"):
            return "the GL painter includes the CPU painter"
        if rank(target) > rank(path):
            return "points the wrong way"
    elif quoted and "/" in target:
        return "write it from the root of the tree"
    return None


def check(path, text):
    found = []
    for match in INCLUDE.finditer(text):
        why = problem(path, match.group(2), match.group(1) == '"')
        if why:
            found.append(f"{path}: {match.group(2)}: {why}")
    return found


def self_test():
    wrong = [("plotlib/data/x.c", "#include <plotlib/draw/frame.h>"),
             ("plotlib/x.h", "#include <plotlib/base/alloc.h>"),
             ("plotlib/scene/x.c", "#include <QWidget>"),
             ("gpu/gl/x.c", "#include <plotlib/raster/kernels.h>"),
             ("widgets/x.cpp", "#include <plotlib/scene/scene.h>"),
             ("plotlib/raster/x.c", "#include <gpu/gl/loader.h>")]
    for path, text in wrong:
        assert check(path, text), f"not refused: {path} {text}"
    assert not check("plotlib/draw/x.c", "#include <plotlib/scene/scene.h>\n#include <math.h>")


def main():
    root = pathlib.Path(sys.argv[1])
    self_test()
    found, files = [], 0
    for top in ("plotlib", "gpu", "widgets", "examples"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix in SOURCES:
                files += 1
                found += check(str(file.relative_to(root)), file.read_text())
    print("\n".join(found) or f"{files} files, every include points the right way")
    return 1 if found or files < 20 else 0


sys.exit(main())
