"""What the tests of plotview share: running it, files written and pictures read by their
specifications, so that nothing of plotlib judges itself. Python's standard library only.
The first argument of a test is the plotview to run.
"""
import math
import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib

PLOTVIEW = os.path.abspath(sys.argv[1])
failures = 0


def check(good, text):
    global failures
    if not good:
        failures += 1
        print('failed:', text, file=sys.stderr)


# ---- running -----------------------------------------------------------------------------

def environment(**more):
    env = {k: v for k, v in os.environ.items()
           if k not in ('DISPLAY', 'WAYLAND_DISPLAY', 'QT_QPA_PLATFORM')}
    env.update(more)
    return env


def run(*arguments, stdin=b'', env=None, timeout=60):
    return subprocess.run([PLOTVIEW, *arguments], input=stdin, capture_output=True,
                          env=env or environment(), timeout=timeout)


def good(*arguments, stdin=b'', lines=0, env=None):
    """Status 0 with so many lines on stderr; returns the run."""
    r = run(*arguments, stdin=stdin, env=env)
    said = r.stderr.decode().splitlines()
    check(r.returncode == 0, f'{arguments}: status {r.returncode}: {said}')
    check(len(said) == lines, f'{arguments}: {len(said)} lines, not {lines}: {said}')
    return r


def refused(status, part, *arguments, stdin=b'', env=None):
    """This status, one clear line that says `part`, nothing on stdout, no picture."""
    if os.path.exists('refused.png'):
        os.remove('refused.png')
    r = run(*arguments, stdin=stdin, env=env)
    said = r.stderr.decode(errors='replace').splitlines()
    check(r.returncode == status, f'{arguments}: status {r.returncode}, not {status}: {said}')
    check(len(said) == 1, f'{arguments}: {len(said)} lines: {said}')
    check(all(s.startswith('plotview: ') for s in said), f'{arguments}: {said}')
    check(part in '\n'.join(said), f'{arguments}: no {part!r} in {said}')
    check(r.stdout == b'', f'{arguments}: stdout {r.stdout!r}')
    check(not os.path.exists('refused.png'), f'{arguments}: left a picture')


# ---- files -------------------------------------------------------------------------------

def npy(path, dtype, shape, data, version=1, fortran=False):
    header = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" % (dtype, fortran, shape)
    size = 10 if version == 1 else 12
    header += ' ' * (63 - (size + len(header)) % 64) + '\n'
    with open(path, 'wb') as f:
        f.write(b'\x93NUMPY' + bytes((version, 0)))
        f.write(struct.pack('<H' if version == 1 else '<I', len(header)))
        f.write(header.encode() + data)


def f64(values):
    return struct.pack('<%dd' % len(values), *values)


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png(path, width, height, color, depth, rows):
    header = struct.pack('>IIBBBBB', width, height, depth, color, 0, 0, 0)
    raw = b''.join(b'\0' + row for row in rows)
    with open(path, 'wb') as f:
        f.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) +
                chunk(b'IDAT', zlib.compress(raw)) + chunk(b'IEND', b''))


def unfilter(kind, row, above, step):
    for i in range(len(row)):
        a = row[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        if kind == 1:
            add = a
        elif kind == 2:
            add = b
        elif kind == 3:
            add = (a + b) // 2
        elif kind == 4:
            p = a + b - c
            add = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        else:
            add = 0
        row[i] = (row[i] + add) & 255


class Picture:
    """An 8-bit RGB PNG, not interlaced, read by its specification."""

    def __init__(self, data):
        path = 'picture'
        check(data[:8] == b'\x89PNG\r\n\x1a\n', f'{path}: not a PNG')
        at, packed = 8, b''
        while at < len(data):
            size, kind = struct.unpack('>I4s', data[at:at + 8])
            body = data[at + 8:at + 8 + size]
            crc, = struct.unpack('>I', data[at + 8 + size:at + 12 + size])
            check(crc == zlib.crc32(kind + body), f'{path}: wrong sum in {kind}')
            if kind == b'IHDR':
                self.width, self.height, *form = struct.unpack('>IIBBBBB', body)
                check(form == [8, 2, 0, 0, 0], f'{path}: {form} is not 8-bit RGB')
            packed += body if kind == b'IDAT' else b''
            at += 12 + size
        raw = zlib.decompress(packed)
        stride = 3 * self.width
        check(len(raw) == (stride + 1) * self.height, f'{path}: {len(raw)} bytes')
        self.rows, above = [], bytearray(stride)
        for y in range(self.height):
            start = y * (stride + 1)
            row = bytearray(raw[start + 1:start + 1 + stride])
            unfilter(raw[start], row, above, 3)
            self.rows.append(row)
            above = row

    def at(self, x, y):
        return tuple(self.rows[y][3 * x:3 * x + 3])


def draw(*arguments, stdin=b'', lines=0, env=None, out='out.png'):
    good(*arguments, '-o', out, stdin=stdin, lines=lines, env=env)
    return Lazy(out)


class Lazy:
    """A picture that is read when it is first looked at."""

    def __init__(self, path):
        self.data = bytes_of(path)
        self.picture = None

    def __getattr__(self, name):
        if self.picture is None:
            self.picture = Picture(self.data)
        return getattr(self.picture, name)


def bytes_of(path):
    with open(path, 'rb') as f:
        return f.read()


def write_inputs():
    wave = [math.sin(i / 50) + 0.2 * math.sin(i / 3) for i in range(5000)]
    npy('wave.npy', '<f8', '(5000,)', f64(wave))
    with open('wave.csv', 'w') as f:
        f.write('t,left,right\n')
        for i in range(500):
            f.write(f'{i * 0.25},{wave[i]!r},{-wave[i]!r}\n')
    with open('gaps.csv', 'w') as f:
        f.write('a;b\n1;2\n1;x\n2\n0;inf\n1;1\n')
    ramp = bytes(range(200)) * 3
    npy('ramp.npy', '|u1', '(3, 200)', ramp)
    png('grey.png', 40, 3, 0, 8, [bytes(range(40))] * 3)
    png('rgb.png', 2, 2, 2, 8, [bytes((255, 0, 0, 0, 255, 0)), bytes((0, 0, 255, 9, 8, 7))])


def run_all(*steps):
    """Every step in one folder that has the inputs; the status of the test."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_inputs()
        for step in steps:
            before, start = failures, time.monotonic()
            step()
            print('%-18s %5.2f s%s' % (step.__name__[6:], time.monotonic() - start,
                                       '' if failures == before else '  FAILED'), flush=True)
        os.chdir('/')
    print(f'{failures} checks failed' if failures else 'all good')
    return 1 if failures else 0
