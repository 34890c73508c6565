"""The peer PyQtGraph (Debian's python3-pyqtgraph on PyQt6), doing the same work by the same
rules as bench.c (see bench.h), at its best setting: raster viewport, automatic peak
downsampling, clip to view."""
import json
import os
import subprocess
import sys
import threading
import time

import numpy
from PyQt6 import QtCore, QtWidgets
import pyqtgraph

WIDTH, HEIGHT, WARM_UP, MIN_FRAMES, MAX_FRAMES, MAX_S = 1280, 720, 5, 5, 400, 2
# name: kind, samples of all curves or pixels, curves, pen width, antialiased, step of y
# from curve to curve
CASES = {
    "replace 5k": ("replace", 5000, 1, 1, False, 0),
    "replace 100k": ("replace", 100000, 1, 1, False, 0),
    "replace 1M": ("replace", 1000000, 1, 1, False, 0),
    "replace 10M": ("replace", 10000000, 1, 1, False, 0),
    "zoom 10M": ("zoom", 10000000, 1, 1, False, 0),
    "replace 100k aa2": ("replace", 100000, 1, 2, True, 0),
    "100 curves": ("replace", 500000, 100, 1, False, 0),
    "100 curves stacked": ("replace", 500000, 100, 1, False, 1),
    "scatter 100k": ("scatter", 100000, 1, 1, True, 0),
    "image 2048": ("image", 2048 ** 2, 1, 1, False, 0),
    "image 4096": ("image", 4096 ** 2, 1, 1, False, 0),
}


class Window(pyqtgraph.PlotWidget):
    paints = 0
    end_s = 0.0

    def paintEvent(self, event):
        super().paintEvent(event)
        self.paints += 1
        self.end_s = time.monotonic()


class Case:
    def __init__(self, app, name):
        self.app, self.name = app, name
        (self.kind, self.n, self.curves, self.width_px, self.antialias,
         self.step) = CASES[name]
        self.num_buffers = 1 if self.kind == "zoom" else 2 if self.n > 2000000 else 4
        self.window = Window()
        self.window.resize(WIDTH, HEIGHT)
        # Left free, an axis whose labels grow lays the window out anew and paints it twice.
        self.window.getAxis("left").setWidth(50)
        self.window.getAxis("bottom").setHeight(30)
        self.random = numpy.random.default_rng(1)
        if self.kind == "image":
            self.add_image()
        else:
            self.add_curves()
        self.window.show()

    def add_curves(self):
        n = self.n // self.curves
        self.x = numpy.arange(n, dtype=numpy.float64)
        offsets = self.step * numpy.arange(self.curves)[:, numpy.newaxis]
        self.buffers = [self.random.standard_normal((self.curves, n)) + offsets
                        for _ in range(self.num_buffers)]
        self.items = []
        for i in range(self.curves):
            color = pyqtgraph.intColor(i, self.curves)
            if self.kind == "scatter":
                item = pyqtgraph.ScatterPlotItem(size=10, pen=None, brush=color)
                self.window.addItem(item)
            else:
                item = self.window.plot(pen=pyqtgraph.mkPen(color, width=self.width_px),
                                        antialias=self.antialias)
            self.items.append(item)
        if self.kind != "scatter":
            self.window.setDownsampling(auto=True, mode="peak")
            self.window.setClipToView(True)
        self.window.disableAutoRange()
        self.window.setXRange(0, n, padding=0)
        self.window.setYRange(-5, 5 + self.step * (self.curves - 1), padding=0)
        for item, y in zip(self.items, self.buffers[0]):
            item.setData(self.x, y)

    def add_image(self):
        side = round(self.n ** 0.5)
        ramp = 30000.0 * numpy.add.outer(numpy.arange(side), numpy.arange(side)) / side
        self.buffers = [(ramp + 5000 * self.random.random((side, side))).astype(numpy.uint16)
                        for _ in range(self.num_buffers)]
        self.item = pyqtgraph.ImageItem(axisOrder="row-major")
        self.item.setLookupTable(pyqtgraph.colormap.get("viridis").getLookupTable(nPts=256))
        self.item.setImage(self.buffers[0], autoLevels=False, levels=(0, 65535))
        self.window.addItem(self.item)
        self.window.setAspectLocked(True)
        self.window.invertY(True)
        self.window.disableAutoRange()
        self.window.setRange(QtCore.QRectF(0, 0, side, side), padding=0)

    def give_data(self, frame):
        if self.kind == "zoom":
            share = 10 ** (-4 * ((frame + 1) % 50) / 49)
            x0 = 0.4 * self.n * (1 - share)
            self.window.setXRange(x0, x0 + self.n * share, padding=0)
            # Else the paint event does this, which damages the view and paints it twice.
            self.window.scene().prepareForPaint()
            return
        buffer = self.buffers[frame % self.num_buffers]
        if self.kind == "image":
            self.item.setImage(buffer, autoLevels=False, levels=(0, 65535))
            return
        for item, y in zip(self.items, buffer):
            item.setData(self.x, y)

    def wait_for_window(self):
        begin_s, quiet_s = time.monotonic(), 0
        while self.window.paints == 0 or quiet_s < 0.2:
            self.app.processEvents()
            time.sleep(0.01)
            quiet_s = time.monotonic() - max(begin_s, self.window.end_s)
            if time.monotonic() - begin_s > 60:
                sys.exit(f"{self.name}: the window was never painted")

    def run_frame(self, frame):
        """Milliseconds, processor milliseconds and paints of one frame."""
        before, cpu_s = self.window.paints, time.process_time()
        start_s = time.monotonic()
        self.give_data(frame)
        while self.window.paints == before and time.monotonic() - start_s < 60:
            self.app.processEvents()
        cpu_s, end_s = time.process_time() - cpu_s, self.window.end_s
        self.app.processEvents()  # a second paint would be counted
        return (end_s - start_s) * 1e3, cpu_s * 1e3, self.window.paints - before

    def measure(self):
        self.wait_for_window()
        ms, cpu_ms, warm_up, begin_s = [], 0, 0, time.monotonic()
        while warm_up < WARM_UP and time.monotonic() - begin_s < MAX_S:
            self.run_frame(warm_up)
            warm_up += 1
        begin_s = time.monotonic()
        while len(ms) < MAX_FRAMES:
            if len(ms) >= MIN_FRAMES and time.monotonic() - begin_s > MAX_S:
                break
            frame_ms, frame_cpu_ms, paints = self.run_frame(warm_up + len(ms))
            if paints != 1:
                sys.exit(f"{self.name}: frame {len(ms)} was painted {paints} times")
            ms.append(frame_ms)
            cpu_ms += frame_cpu_ms
        ms.sort()
        percentile = lambda share: ms[int(share * (len(ms) - 1) + 0.5)]
        print(json.dumps({
            "case": self.name, "n": self.n, "painter": "qpainter", "frames": len(ms),
            "median_ms": round(percentile(0.5), 4), "p95_ms": round(percentile(0.95), 4),
            "cpu_ms": round(cpu_ms / len(ms), 4), "rss_mb": round(rss_mb(), 1)}), flush=True)
        self.window.close()


SENDER = """
import os, sys, numpy
random = numpy.random.default_rng(1)
ramp = 30000.0 * numpy.add.outer(numpy.arange(2048), numpy.arange(2048)) / 2048
frames = [memoryview((ramp + 5000 * random.random((2048, 2048))).astype(numpy.uint16)).cast("B")
          for _ in range(2)]
while True:
    for frame in frames:
        done = 0
        while done < len(frame):
            done += os.write(1, frame[done:])
"""


class Live:
    """Frames of another process as fast as it can: a thread reads them, the newest is shown,
    as in frames.c."""
    SIDE, ROUNDS, ROUND_S = 2048, 7, 0.7

    def __init__(self, app, name):
        self.app, self.name = app, name
        self.case = Case(app, "image 2048")
        self.sender = subprocess.Popen([sys.executable, "-c", SENDER], stdout=subprocess.PIPE)
        try:
            import fcntl
            fcntl.fcntl(self.sender.stdout, fcntl.F_SETPIPE_SZ, 1 << 20)
        except OSError:
            pass
        self.buffers = [numpy.zeros((self.SIDE, self.SIDE), numpy.uint16) for _ in range(3)]
        self.lock, self.back, self.ready, self.shown = threading.Lock(), 0, 1, 2
        self.waiting, self.received = False, 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            view = memoryview(self.buffers[self.back]).cast("B")
            done = 0
            while done < len(view):
                got = os.readv(self.sender.stdout.fileno(), [view[done:]])
                if got == 0:
                    return
                done += got
            with self.lock:
                self.back, self.ready = self.ready, self.back
                self.waiting = True
                self.received += 1

    def show_next(self):
        """Whether there was one."""
        with self.lock:
            if not self.waiting:
                return False
            self.shown, self.ready, self.waiting = self.ready, self.shown, False
        window = self.case.window
        before = window.paints
        self.case.item.setImage(self.buffers[self.shown], autoLevels=False, levels=(0, 65535))
        while window.paints == before:
            self.app.processEvents()
        return True

    def run_for(self, seconds):
        shown, begin_s = 0, time.monotonic()
        while time.monotonic() - begin_s < seconds:
            if self.show_next():
                shown += 1
            else:
                self.app.processEvents()
                time.sleep(0.0002)
        return (time.monotonic() - begin_s) * 1e3 / max(shown, 1), shown

    def measure(self):
        self.case.wait_for_window()
        self.run_for(2)
        received, begin_s, cpu_s = self.received, time.monotonic(), time.process_time()
        rounds = [self.run_for(self.ROUND_S) for _ in range(self.ROUNDS)]
        seconds, cpu_s = time.monotonic() - begin_s, time.process_time() - cpu_s
        shown = sum(each[1] for each in rounds)
        ms = sorted(each[0] for each in rounds)
        print(json.dumps({
            "case": self.name, "median_ms": round(ms[self.ROUNDS // 2], 3),
            "best_ms": round(ms[0], 3),
            "received_hz": round((self.received - received) / seconds, 1),
            "shown_hz": round(shown / seconds, 1), "cpu_ms": round(cpu_s * 1e3 / shown, 2)}),
            flush=True)
        self.sender.kill()
        self.sender.wait()
        self.case.window.close()


def rss_mb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def main():
    pyqtgraph.setConfigOptions(useOpenGL=False, antialias=False)
    app = QtWidgets.QApplication(sys.argv[:1])
    words = sys.argv[1:]
    for name in [b for a, b in zip(words, words[1:]) if a == "--case"] or CASES:
        if name == "live pipe":
            Live(app, name).measure()
            continue
        if name not in CASES:
            sys.exit(f"{name}: no such case")
        Case(app, name).measure()


main()
