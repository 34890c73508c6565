"""A program outside the tree builds and runs against the installed library: headers,
libraries, pkg-config files, plotview and its man page are in place."""
import os
import pathlib
import subprocess
import sys
import tempfile

build = pathlib.Path(sys.argv[1])
with_widget = sys.argv[2] == "widget"

CORE = r"""
#include <plotlib/plotlib.h>
int main(void)
{
    float y[100];
    for (int i = 0; i < 100; i++)
        y[i] = (float)(i % 10);
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series = plt_series_create(plt_series_params(.type = PLT_F32));
    if (!plt_series_append(series, y, 100) || !plt_curve_create(plot, series, NULL))
        return 1;
    bool ok = plt_figure_write_png(figure, "outside.png", 320, 200, 1);
    plt_series_unref(series);
    plt_figure_destroy(figure);
    return ok ? 0 : 1;
}
"""
WIDGET = r"""
#include <plotlib/plotlib.h>
#include <plotlib/widget.h>
int main(int argc, char **argv)
{
    struct plt_app *app = plt_app_create(&argc, argv);
    struct plt_widget *window = plt_widget_create(app, plt_widget_params(.title = "outside"));
    plt_figure_add_plot(plt_widget_figure(window), NULL);
    plt_app_step(app, 50);
    bool ok = plt_widget_qwidget(window) != NULL;
    plt_widget_destroy(window);
    plt_app_destroy(app);
    return ok ? 0 : 1;
}
"""


def run(*command, **options):
    done = subprocess.run(command, text=True, capture_output=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def build_and_run(folder, name, source, package, environment):
    (folder / f"{name}.c").write_text(source)
    flags = run("pkg-config", "--cflags", "--libs", package, env=environment).split()
    run("cc", "-std=c11", "-Wall", "-Werror", f"{name}.c", "-o", name, *flags, cwd=folder)
    run(str(folder / name), cwd=folder, env=environment)


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    root = folder / "root"
    run("meson", "install", "-C", str(build), "--no-rebuild", "--quiet", "--destdir", str(root))
    prefix = next(root.rglob("plotlib.pc")).parents[1]
    top = next(root.rglob("plotlib.h")).parents[2]
    environment = dict(os.environ, PKG_CONFIG_PATH=str(prefix / "pkgconfig"),
                       PKG_CONFIG_SYSROOT_DIR=str(root), LD_LIBRARY_PATH=str(prefix),
                       QT_QPA_PLATFORM="offscreen")
    build_and_run(folder, "core", CORE, "plotlib", environment)
    picture = (folder / "outside.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n", "no picture"
    assert list(root.rglob("plotview.1*")), "no man page"
    assert run(str(top / "bin" / "plotview"), "--version", env=environment).strip()
    if with_widget:
        build_and_run(folder, "widget", WIDGET, "plotlib-qt", environment)
print("a program outside the tree builds and runs")
