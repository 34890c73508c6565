#!/usr/bin/env python3
"""Runs the built plotview as its user would: options, bad input, pictures, streams.

usage: plotview.py PLOTVIEW. Python's standard library only; it writes and reads its own
npy, csv and png files, so that nothing of plotlib judges itself.
"""
import json
import math
import os
import random
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


# ---- what is checked ---------------------------------------------------------------------

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


def check_help():
    for option, part in (('--help', b'usage: plotview'), ('--version', b'plotview 0.')):
        r = good(option)
        check(part in r.stdout, f'{option}: {r.stdout!r}')
    text = good('--help').stdout.decode()
    for name in ('-o', '--size', '--scale', '--x', '--y', '--painter', '--lod', '--aa', '--width',
                 '--color', '--background', '--levels', '--colormap', '--bare', '--rate',
                 '--follow', '--keep', '--seconds', '--stats', '--version', '--format',
                 '--channels', '16777216', '--log', '--symlog', '--time', '--time-unit', '--right',
                 '--join', '--cap', '--dash', '--step', '--connect', '--fill', '--shadow', '--map',
                 '--transform', '--window', '--decibel', '--draw', '--symbol', '--symbol-size',
                 '--follow-mode', '--raw', '--frame', '--axes'):
        check(name in text, f'--help does not tell of {name}')


def check_bad_options():
    o = ('-o', 'refused.png', 'wave.npy')
    cases = [
        ('no input',), ('unknown option', '--frob', *o), ('unknown option', '-z', *o),
        ('unknown option', '--sizes', '3x3', *o), ('unknown option', '--lo', 'off', *o),
        ('needs a value', 'wave.npy', '-o'), ('needs a value', *o, '--size'),
        ('takes no value', '--bare=1', *o), ('takes no value', '--stats=yes', *o),
        ("'-' is given twice", '-', '-', '-o', 'refused.png'),
        ("'system:' is given twice", 'system:', 'system:', '-o', 'refused.png'),
        ('--format', *o, '--format', 'f32'), ('--channels', '-', '--channels', '2', *o[:2]),
        ('--raw excludes', *o, '--raw', '2x2:u8', '--map', 'u8'),
        ('--keep', *o, '--keep', '10'), ('--follow', *o, '--follow', '3', '--x', '0:1'), ('needs --follow', *o, '--follow-mode=sweep'),
    ]
    values = {
        '--size': ('0x5', '5x0', '32769x5', '5x32769', '-5x5', '5', 'x', '5x', 'x5', '5x5x5', '1e2x5',
                   '5.5x5', '', ' 5x5', '99999999999999999999x5'),
        '--scale': ('0', '-1', 'nan', 'inf', '1,5', '1e9', 'big', ''),
        '--x': ('1', '1:', ':1', '1:1', '1:2:3', 'a:b', 'nan:1', '0:inf', '1,5:2', '0:1e999'),
        '--y': ('3', '5:5', '-:1'),
        '--painter': ('cpu', 'GL', ''), '--lod': ('on', '1'), '--aa': ('yes', '0'),
        '--width': ('0', '-1', '1000', 'x', '1,5', '0x2'),
        '--color': ('red', '#12', '#12345g', '112233'), '--background': ('blue', '#1234567'),
        '--levels': ('1', '1:1', 'a:1', '0:nan'), '--colormap': ('jet', 'Viridis', ''),
        '--rate': ('0', '-5', 'inf', 'x'), '--follow': ('0', '-1', 'x'), '--follow-mode': ('roll',),
        '--keep': ('0', '-1', '1.5', '1e3', 'all'), '--seconds': ('0', '-1', 'x'),
        '--format': ('f16', 'F32', 'csv'), '--channels': ('0', '-2', '1.5', '100000'),
        '--x-column': ('first', '0'), '--log': ('', 'z', 'yx'), '--symlog': ('1',), '--time': ('',),
        '--time-unit': ('min',), '--right': ('0', '1,', '1.5', 'x'), '--join': ('mitre',),
        '--cap': ('flat',), '--dash': ('0', '1,-1', '1,,2', ''), '--step': ('up',),
        '--connect': ('array',), '--fill': ('x', 'nan'), '--shadow': ('0',), '--map': ('f16',),
        '--transform': ('fft', 'mean', 'mean:0', 'integral:3'), '--window': ('hanning',),
        '--raw': ('',), '--frame': ('-1', 'last', '1.5'), '--axes': ('rgb',),
        '--draw': ('dots', 'histogram:0', 'points:3'), '--symbol': ('circle?',), '--symbol-size': ('0',),
    }
    for name, bad in values.items():
        for value in bad:
            cases.append((name, name, value, *o))
            cases.append((name, f'{name}={value}', *o))
    for part, *arguments in cases:
        refused(2, part, *arguments)


def check_bad_input():
    out = ('-o', 'refused.png')
    with open('header.npy', 'wb') as f:
        f.write(bytes_of('wave.npy')[:40])
    with open('short.npy', 'wb') as f:
        f.write(bytes_of('wave.npy')[:-1])
    npy('dtype.npy', '<c16', '(2,)', bytes(32))
    npy('huge.npy', '|u1', '(2000000, 2000000)', b'x')
    npy('huge_f8.npy', '<f8', '(4000000000, 4000000000)', b'x')
    npy('none.npy', '<f8', '(0,)', b'')
    npy('cube.npy', '<f8', '(2, 2, 2, 2)', bytes(128))
    with open('cut.png', 'wb') as f:
        f.write(bytes_of('rgb.png')[:50])
    with open('sum.png', 'wb') as f:
        data = bytearray(bytes_of('grey.png'))
        data[45] ^= 1
        f.write(data)
    for name, text in (('empty.csv', b''), ('words.csv', b'a,b\nc,d\n'),
                       ('zero.csv', b'1,2\n\x00\x01\x02\xff\n')):
        with open(name, 'wb') as f:
            f.write(text)
    for name in ('header.npy', 'short.npy', 'dtype.npy', 'huge.npy',
                 'huge_f8.npy', 'none.npy', 'cube.npy', 'cut.png', 'sum.png', 'empty.csv',
                 'words.csv', 'zero.csv', 'missing.csv', 'missing.npy'):
        refused(2, name, name, *out)
        refused(2, name, 'wave.npy', name, *out)
    os.mkdir('folder')
    refused(2, 'folder', 'folder', *out)
    refused(2, 'foo:', 'foo:', *out)
    refused(2, '/dev/zero', '/dev/zero', *out)  # never ends
    refused(2, 'standard input', '-', *out)
    refused(2, 'standard input', '-', *out, stdin=b'a b\nc d\n')
    refused(2, 'standard input', '-', *out, stdin=bytes(40))
    refused(2, 'truncated', '-', '--format', 'f32', '--channels=2', *out, stdin=b'12345')


# A stack of images and the same as raw frames, of a file and of a pipe.
def check_stacks():
    frames = [bytes((t * 60 + x + y) & 255 for y in range(20) for x in range(30)) for t in range(3)]
    npy('stack.npy', '|u1', '(3, 20, 30)', b''.join(frames))
    npy('big_endian.npy', '>f8', '(2,)', bytes(16))
    good('big_endian.npy', '-o', 'out.png')
    with open('stack.raw', 'wb') as f:
        f.write(b'head' + b''.join(frames) + b'cut')
    raw = ('--raw', '30x20:u8+4')
    levels = ('--levels', '0:255', '--bare', '--size', '90x60', '-o')
    for t in range(3):
        npy('frame.npy', '|u1', '(20, 30)', frames[t])
        good('frame.npy', *levels, 'one.png')
        good('stack.npy', '--frame', str(t), *levels, 'npy.png')
        good(*raw, 'stack.raw', f'--frame={t}', *levels, 'raw.png', lines=1)
        good(*raw, '-', f'--frame={t}', *levels, 'pipe.png', stdin=bytes_of('stack.raw'))
        pictures = [bytes_of(name) for name in ('one.png', 'npy.png', 'raw.png', 'pipe.png')]
        check(pictures.count(pictures[0]) == 4, f'frame {t} is not the same everywhere')
    good(*raw, '-', *levels, 'last.png', stdin=bytes_of('stack.raw'), lines=1)
    check(bytes_of('last.png') == pictures[0], 'a pipe shows another frame than the last')
    npy('colors.npy', '|u1', '(20, 10, 3)', frames[0])
    r = good('colors.npy', '--axes', 'stack', '--frame', '19', '--stats', *levels, 'out.png')
    check(b'"samples":600' in r.stdout, f'--axes: {r.stdout}')
    out = ('-o', 'refused.png')
    refused(2, 'stack.npy: frame 3: there are 3', 'stack.npy', '--frame', '3', *out)
    refused(2, 'frame 3: there are 3', '-', *raw, '--frame', '3', *out,
            stdin=b'head' + b''.join(frames))
    refused(2, 'a frame needs', '-', *raw, *out, stdin=b'head')
    refused(2, "'30x20'", 'stack.raw', '--raw', '30x20', *out)
    refused(2, 'stack.npy: an image of 30 channels', 'stack.npy', '--axes=image', *out)


# What arrived of a cut PNG: in a window, with one warning; never in a picture.
def check_cut():
    rows = [bytes((x * y * 7) & 255 for x in range(300)) for y in range(300)]
    png('whole.png', 300, 300, 0, 8, rows)
    with open('cut.png', 'wb') as f:
        f.write(bytes_of('whole.png')[:3000])
    refused(2, 'cut.png: byte 3000: the file ends too early', 'cut.png', '-o', 'refused.png')
    env = environment(QT_QPA_PLATFORM='offscreen', XDG_RUNTIME_DIR=os.getcwd())
    r = run('cut.png', '--seconds', '0.3', '--stats', env=env)
    if b'built without windows' in r.stderr:
        return
    said = [s for s in r.stderr.decode().splitlines() if s.startswith('plotview: ')]
    check(r.returncode == 0 and len(said) == 1 and 'of 300 rows' in said[0], f'cut window: {r}')
    check(json.loads(r.stdout.decode())['frames'] >= 1, f'cut window: {r.stdout}')


def check_closed():
    r = subprocess.run(['sh', '-c', '"$0" - -o refused.png <&-', PLOTVIEW], capture_output=True,
                       env=environment(), timeout=20)
    check(r.returncode == 2 and len(r.stderr.splitlines()) == 1, f'closed stdin: {r}')


def check_cannot():
    refused(1, '-o', 'wave.npy')
    refused(1, '-o', '-', stdin=b'1\n2\n')
    refused(2, 'missing.npy', 'missing.npy')
    refused(1, 'no_such_folder', 'wave.npy', '-o', 'no_such_folder/refused.png')
    refused(1, 'folder', 'wave.npy', '-o', 'folder')
    with open('/dev/full', 'wb') as full:
        r = subprocess.run([PLOTVIEW, 'wave.npy', '-o', 'out.png', '--stats'], stdout=full,
                           stderr=subprocess.PIPE, env=environment())
        check(r.returncode == 1, f'stats into a full device: {r.returncode}')


def check_gaps():
    r = good('gaps.csv', '-o', 'out.png', lines=1)
    said = r.stderr.decode()
    check('gaps.csv' in said and '3' in said, f'gaps: {said}')
    r = good('-', '-o', 'out.png', stdin=b'1 2\n3\n4 x\n5 6\n', lines=1)
    check(b'standard input: 2 ' in r.stderr and b'line 2' in r.stderr, f'gaps: {r.stderr}')


def check_names():
    """A curve that is alone names the y axis."""
    pictures = []
    for name in ('force', 'mass'):
        with open('named.csv', 'w') as f:
            f.write(f't,{name}\n0,1\n1,2\n')
        good('named.csv', '-o', 'named.png')
        good('-', '-o', 'piped.png', stdin=f'{name}\n1\n2\n'.encode())
        pictures.append((bytes_of('named.png'), bytes_of('piped.png')))
    check(pictures[0][0] != pictures[1][0], 'the name of a curve that is alone is not shown')
    check(pictures[0][1] != pictures[1][1], 'the name of a piped curve is not shown')


def check_repeats():
    draw('wave.npy', 'wave.csv', 'ramp.npy', out='first.png')
    draw('wave.npy', 'wave.csv', 'ramp.npy', out='second.png')
    check(bytes_of('first.png') == bytes_of('second.png'), 'the same input, other bytes')
    draw('wave.npy', out='first.png')
    draw('wave.npy', '--aa', 'on', '--width=1', '--lod=auto', '--size', '1280x720', '--scale=1',
         '--painter', 'auto', out='second.png')
    check(bytes_of('first.png') == bytes_of('second.png'), 'defaults are not what is said')
    picture = draw('wave.npy', '--size', '333x222', '--scale', '1.25')
    check((picture.width, picture.height) == (333, 222), 'size')
    draw('wave.npy', '--size', '1x1')
    draw('wave.npy', '--size', '3x2', out='n' * 251 + '.png')  # as long as a name may be
    draw('wave.npy', '--size', '3x2', '--bare')


def check_line():
    """A known line through a bare picture: y = x from corner to corner."""
    npy('line.npy', '<f8', '(2,)', f64([0, 100]))
    args = ('line.npy', '--bare', '--size', '100x100', '--x', '0:1', '--y', '0:100',
            '--color', '#ff0000', '--background', '#ffffff')
    for aa in ('on', 'off'):
        p = draw(*args, '--aa', aa)
        low = 99 if aa == 'on' else 100  # without: the pixels that the ends lie in
        for i in range(2, 98):
            r, g, b = p.at(i, low - i)
            check(r == 255 and g == b and g <= 1, f'aa {aa}: {p.at(i, low - i)} on the line')
            check(p.at(i, (99 - i + 50) % 100) == (255, 255, 255), 'beside the line')
    p = draw(*args, '--width', '3')
    d = 1 / math.sqrt(2)  # distance of the next pixel to the side
    for k, expected in ((0, 1), (1, 1), (2, 1.5 + 0.5 - 2 * d), (3, 0)):
        g = p.at(50 + k, 49)[1]
        want = round(255 * (1 - min(max(expected, 0), 1)))
        check(abs(g - want) <= 1, f'3 px, {k} beside: {g}, not {want}')
    p = draw(*args, '--x', '1:0')  # reversed
    check(p.at(30, 30)[1] <= 1, 'a reversed axis')
    npy('flat.npy', '<f4', '(3,)', struct.pack('<3f', 1, 1, 1))
    p = draw('flat.npy', '--bare', '--size', '60x40', '--y', '-1:3', '--x=0:2', '--aa', 'off',
             '--color=#0000ff', '--background=#000000')
    for y in range(40):
        want = (0, 0, 255) if y == 20 else (0, 0, 0)
        check(p.at(30, y) == want, f'flat line: {p.at(30, y)} in row {y}')


def check_images():
    """Colours against the formula of the level mapping, positions against the view."""
    def grey(v, lo, hi):
        t = (v - lo) * (256 / (hi - lo))
        return 255 if t >= 255 else int(t) if t > 0 else 0

    for lo, hi, extra in ((0, 199, ()), (50, 150, ('--levels', '50:150')),
                          (-20, 300, ('--levels=-20:300',))):
        p = draw('ramp.npy', '--bare', '--size', '400x30', '--colormap', 'grey', *extra)
        for x in range(0, 400, 7):
            want = grey(x // 2, lo, hi)
            for y in (0, 15, 29):
                check(p.at(x, y) == (want,) * 3, f'{p.at(x, y)} is not {want} at {x},{y}')
    rows = 60
    npy('rows.npy', '<i2', f'({rows}, 20)', struct.pack(f'<{rows * 20}h', *[
        r * 100 for r in range(rows) for c in range(20)]))
    p = draw('rows.npy', '--bare', '--size', '20x60', '--colormap=gray')
    for r in range(rows):
        check(p.at(10, r)[0] == grey(r * 100, 0, 5900), f'row {r} is not at the top')
    for y in ('10:40', '40:10'):
        p = draw('rows.npy', '--bare', '--size', '20x60', '--colormap=gray', '--y', y)
        check(p.at(5, 1)[0] == grey(1000, 0, 5900), 'image with --y: first row')
        check(p.at(5, 59)[0] == grey(3900, 0, 5900), 'image with --y: last row')
    p = draw('rgb.png', '--bare', '--size', '20x20')
    for x, y, want in ((3, 3, (255, 0, 0)), (15, 3, (0, 255, 0)), (3, 15, (0, 0, 255)),
                       (15, 15, (9, 8, 7))):
        check(p.at(x, y) == want, f'rgb: {p.at(x, y)} is not {want}')
    p = draw('grey.png', '--bare', '--size', '80x6', '--colormap', 'grey', '--levels', '0:256')
    for x in range(80):
        check(p.at(x, 2)[0] == x // 2, f'grey.png: {p.at(x, 2)} at {x}')
    p = draw('ramp.npy', '--bare', '--size', '400x30')
    check(p.at(1, 1) == (68, 1, 84), f'viridis begins with {p.at(1, 1)}')


def check_aspect():
    """With axes, an image keeps its shape and its view is exactly its columns and rows."""
    png('red.png', 40, 30, 2, 8, [bytes((255, 0, 0)) * 40] * 30)
    for size in ('640x480', '900x300', '300x700'):
        p = draw('red.png', '--size', size)
        where = [(x, y) for y in range(p.height) for x in range(p.width)
                 if p.at(x, y) == (255, 0, 0)]
        width = max(x for x, y in where) - min(x for x, y in where) + 1
        height = max(y for x, y in where) - min(y for x, y in where) + 1
        check(abs(width * 30 - height * 40) <= 40 * 1.5, f'{size}: {width} x {height}')
        check(len(where) >= 0.98 * width * height, f'{size}: the view is not the image')


def check_lod():
    random.seed(7)
    walk, v = [], 0.0
    for i in range(40000):
        v += random.uniform(-1, 1)
        walk.append(math.nan if i % 997 == 3 else v + (90 if i % 5003 == 0 else 0))
    npy('walk.npy', '<f4', '(40000,)', struct.pack('<40000f', *walk))
    for extra in ((), ('--aa', 'off'), ('--width', '2.5'), ('--x', '100.5:900', '--width=3')):
        for lod in ('auto', 'off'):
            draw('walk.npy', '--size', '640x360', '--lod', lod, *extra, out=lod + '.png')
        check(bytes_of('auto.png') == bytes_of('off.png'), f'lod auto is not off: {extra}')


def check_looks():
    """Every way to draw makes another picture, the same with and without reduction."""
    with open('times.csv', 'w') as f:
        f.write('t,a,b\n')
        for i in range(3000):
            f.write(f'{1700000000 + i}.{i % 10}00000001,{math.sin(i / 90) + 1.1},{i}\n')
    with open('raw.i16', 'wb') as f:
        f.write(struct.pack('<200000h', *[int(9000 * math.sin(i / 777)) for i in range(200000)]))
    pictures = set()
    time_of = ('times.csv', '--time', 'Europe/Berlin', '--time-unit', 's')
    for arguments in (
            ('times.csv',), time_of, (*time_of[:2], 'UTC', *time_of[3:]), ('times.csv', '--log', 'y'),
            ('times.csv', '--log', 'xy', '--x-column', 'none'), ('times.csv', '--symlog', 'y'),
            (*time_of, '--right', '2'), ('wave.csv', '--step', 'post'), ('wave.csv', '--connect=pairs'),
            ('wave.csv', '--dash', '8,4', '--cap', 'butt'), ('wave.csv', '--fill', 'bottom'),
            ('wave.csv', '--fill=-0.5'), ('wave.csv', '--shadow', '7'),
            ('wave.csv', '--width', '9', '--join', 'miter'), ('raw.i16', '--map', 'i16'),
            ('wave.csv', '--transform', 'mean:9'), ('wave.csv', '--transform', 'derivative'),
            ('wave.csv', '--transform', 'phase'), ('wave.csv', '--follow', '10'),
            ('wave.csv', '--follow', '10', '--follow-mode', 'sweep'),
            ('wave.csv', '--follow', '10', '--follow-mode', 'expand'), ('wave.csv', '--draw', 'points'),
            ('wave.csv', '--draw=points', '--symbol', 'star', '--symbol-size', '15'),
            ('wave.csv', '--draw', 'stems'), ('wave.csv', '--draw', 'histogram:30')):
        sizes = ('--size', '700x400')
        draw(*arguments, *sizes, out='auto.png')
        draw(*arguments, *sizes, '--lod', 'off', out='off.png')
        check(bytes_of('auto.png') == bytes_of('off.png'), f'lod auto is not off: {arguments}')
        check(bytes_of('auto.png') not in pictures, f'{arguments} changes nothing')
        pictures.add(bytes_of('auto.png'))
    check(os.path.getsize('raw.i16.plp') < 400000 * 0.045, 'the sidecar is large')
    draw(*time_of[:2], 'No/Where', *time_of[3:], lines=1)  # UTC, and says so
    o = ('-o', 'refused.png')
    refused(2, 'exclude', *time_of, '--log', 'x', *o)
    refused(2, 'exclude', 'raw.i16', '--map', 'i16', '--transform', 'derivative', *o)
    refused(2, 'view cannot be', 'wave.csv', '--log', 'y', '--y=-1:1', *o)
    refused(2, 'does not increase', 'gaps.csv', '--time', 'UTC', *o)


def check_stats():
    def stats(*arguments, stdin=b''):
        r = good(*arguments, '-o', 'out.png', '--stats', stdin=stdin)
        line = r.stdout.decode().splitlines()[-1]
        told = json.loads(line)
        check(list(told) == ['samples', 'dropped', 'frames', 'frame_ms_median', 'uploaded_bytes',
                             'painter'], line)
        check(told['frames'] == 1 and told['painter'] == 'raster' and told['dropped'] == 0, line)
        check(told['frame_ms_median'] > 0 and told['uploaded_bytes'] == 0, line)
        return told['samples']
    for want, *arguments in ((5000, 'wave.npy'), (1000, 'wave.csv'),
                             (1500, 'wave.csv', '--x-column', 'none'), (600, 'ramp.npy'),
                             (6000, 'wave.npy', 'wave.csv'), (6600, 'wave.npy', 'wave.csv', 'ramp.npy')):
        got = stats(*arguments)
        check(got == want, f'{arguments}: {got} samples, not {want}')
    check(stats('-', stdin=b'a b\n1 2\n3 4\n') == 4, 'samples of a stream')
    check(stats('-', 'wave.npy', stdin=b'1\n2\n') == 5002, 'samples of a stream and a file')


def check_streams():
    values = [math.sin(i / 9) * 1000 for i in range(3000)]
    npy('values.npy', '<f4', '(3000,)', struct.pack('<3000f', *values))
    view = ('--bare', '--x', '0:2999', '--y=-1100:1100')
    draw('values.npy', *view, out='file.png')
    raw = struct.pack('<3000f', *values)
    draw('-', '--format', 'f32', *view, stdin=raw, out='f32.png')
    check(bytes_of('file.png') == bytes_of('f32.png'), 'f32 from stdin draws another picture')
    exact = struct.unpack('<3000f', raw)
    draw('-', *view, stdin=('\n'.join(map(repr, exact)) + '\n').encode(), out='text.png')
    check(bytes_of('file.png') == bytes_of('text.png'), 'text from stdin draws another picture')
    draw('-', '--format=f64', *view, stdin=struct.pack('<3000d', *exact), out='f64.png')
    check(bytes_of('file.png') == bytes_of('f64.png'), 'f64 from stdin draws another picture')
    whole = [int(v) for v in values]
    pairs = [x for v in whole for x in (v, -v)]
    npy('pairs.npy', '<i2', '(3000, 2)', struct.pack('<6000h', *pairs))
    draw('pairs.npy', *view, out='file.png')
    draw('-', '--format', 'i16', '--channels', '2', *view, stdin=struct.pack('<6000h', *pairs),
         out='i16.png')
    check(bytes_of('file.png') == bytes_of('i16.png'), 'i16 x 2 from stdin draws another picture')
    # the rate scales x, --follow shows the newest of it, --keep bounds it
    last = struct.pack('<1000f', *exact[2000:])
    npy('last.npy', '<f4', '(1000,)', last)
    draw('last.npy', '--bare', '--rate=100', '--x', '0:9.99', '--y=-1100:1100', out='file.png')
    draw('-', '--format=f32', '--bare', '--rate', '100', '--follow', '9.99', '--y=-1100:1100',
         stdin=raw, out='follow.png')
    a, b = Picture(bytes_of('file.png')), Picture(bytes_of('follow.png'))
    same = sum(x == y for x, y in zip(a.rows[360], b.rows[360]))
    check(same > 0.9 * len(a.rows[360]), f'--follow shows something else ({same})')
    draw('-', '--format=f32', '--bare', '--keep', '1000', '--y=-1100:1100', stdin=raw,
         out='keep.png')
    r = good('-', '--format', 'u16', '--stats', '-o', 'out.png', stdin=struct.pack('<2H', 1, 2))
    check(json.loads(r.stdout)['samples'] == 2, 'u16')


def check_system():
    if not os.path.exists('/proc/stat'):
        return
    start = time.monotonic()
    r = good('system:', '--seconds', '0.5', '--rate', '50', '-o', 'out.png', '--stats')
    check(time.monotonic() - start < 20, '--seconds is not kept')
    check(json.loads(r.stdout.splitlines()[-1])['samples'] > 30, f'system: {r.stdout}')
    picture = Picture(bytes_of('out.png'))
    colors = {picture.at(x, y) for x in range(0, 1280, 3) for y in range(0, 720, 3)}
    check(len(colors) > 3, 'system: drew nothing')


def check_gl():
    r = run('wave.npy', '--painter', 'gl', '-o', 'gl.png', '--stats', '--size', '300x200')
    if r.returncode == 1:
        check(len(r.stderr.splitlines()) == 1 and not os.path.exists('gl.png'),
              f'no GL: {r.stderr}')
        print('without OpenGL:', r.stderr.decode().strip())
        return
    check(r.returncode == 0 and r.stderr == b'', f'gl: {r.returncode} {r.stderr}')
    check(json.loads(r.stdout)['painter'] == 'gl', f'gl: {r.stdout}')
    check(json.loads(r.stdout)['uploaded_bytes'] > 0, f'gl: {r.stdout}')
    draw('wave.npy', '--size', '300x200', out='raster.png')
    a, b = Picture(bytes_of('gl.png')), Picture(bytes_of('raster.png'))
    worst = max(abs(x - y) for r1, r2 in zip(a.rows, b.rows) for x, y in zip(r1, r2))
    check(worst <= 8, f'gl and raster differ by {worst}')


def comma_locale():
    """The environment of a locale with a decimal comma; made here where none is installed."""
    env = {}
    names = subprocess.run(['locale', '-a'], capture_output=True).stdout.decode().split()
    names = [n for n in names if n.startswith(('de_', 'fr_', 'it_', 'es_', 'pl_'))]
    if not names:
        made = subprocess.run(['localedef', '-i', 'de_DE', '-f', 'UTF-8',
                               os.path.abspath('de_DE.UTF-8')], capture_output=True)
        if made.returncode not in (0, 1) or not os.path.isdir('de_DE.UTF-8'):
            return None
        names, env = ['de_DE.UTF-8'], {'LOCPATH': os.getcwd()}
    env.update(LC_ALL=names[0], LANG=names[0])
    told = subprocess.run(['locale', 'decimal_point'], capture_output=True,
                          env=environment(**env)).stdout
    return env if told.strip() == b',' else None


def check_locale():
    comma = comma_locale()
    if not comma:
        print('no locale with a decimal comma can be had here')
        return
    env = environment(**comma)
    arguments = ('wave.csv', '--width', '1.5', '--x', '2.5:100.25')
    draw(*arguments, out='plain.png', env=environment(LC_ALL='C.UTF-8'))
    draw(*arguments, out='comma.png', env=env)
    check(bytes_of('plain.png') == bytes_of('comma.png'), 'a comma locale changes the picture')
    refused(2, '--width', 'wave.csv', '--width', '1,5', '-o', 'refused.png', env=env)
    if b'built without windows' in run('wave.csv', env=env).stderr:
        return
    # the same inside a QApplication, which sets the environment's locale
    env = environment(QT_QPA_PLATFORM='offscreen', XDG_RUNTIME_DIR=os.getcwd(), **comma)
    for arguments, text in (('wave.csv',), b''), (('-', '--rate=0.5'), b'1.5 2.5\n3.25 4e-3\n'):
        r = run(*arguments, '--seconds', '0.5', '--stats', '--width=1.5', stdin=text, env=env)
        check(r.returncode == 0 and b'gap' not in r.stderr, f'comma window: {r}')
        told = json.loads((r.stdout.decode().splitlines() or ['{"frames":0,"samples":0}'])[-1])
        check(told['frames'] >= 1 and told['samples'] == (4 if text else 1000), f'{told}')


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_inputs()
        for step in (check_help, check_bad_options, check_bad_input, check_closed, check_cannot,
                     check_gaps, check_names, check_repeats, check_line, check_images, check_aspect, check_lod, check_looks,
                     check_stats,
                     check_streams, check_stacks, check_cut, check_system, check_gl, check_locale):
            before, start = failures, time.monotonic()
            step()
            print('%-18s %5.2f s%s' % (step.__name__[6:], time.monotonic() - start,
                                       '' if failures == before else '  FAILED'), flush=True)
        os.chdir('/')
    print(f'{failures} checks failed' if failures else 'all good')
    return 1 if failures else 0


sys.exit(main())
