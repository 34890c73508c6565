"""Every public header compiles alone, in C11 and C++17, without a warning."""
import pathlib
import shutil
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
COMPILERS = [["gcc", "-std=c11", "-xc"], ["g++", "-std=c++17", "-xc++"],
             ["clang", "-std=c11", "-xc"], ["clang++", "-std=c++17", "-xc++"]]
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{root}", "-"]
failures = runs = 0
for header in sorted((root / "plotlib").glob("*.h")):
    for compiler in COMPILERS:
        if not shutil.which(compiler[0]):
            print(f"note: no {compiler[0]} here")
            continue
        source = f"#include <plotlib/{header.name}>\n#include <plotlib/{header.name}>\n"
        done = subprocess.run(compiler + FLAGS, input=source, text=True, capture_output=True)
        runs += 1
        if done.returncode:
            failures += 1
            print(f"{header.name} with {compiler[0]}:\n{done.stderr}")
print(f"{runs} compilations, {failures} failures")
sys.exit(1 if failures or runs == 0 else 0)
