#!/usr/bin/env python3
"""Runs the built plotview as its user would: streams, counts, painters, locales.

usage: plotview_live.py PLOTVIEW
"""
import json
import math
import os
import struct
import subprocess
import sys
import time

from plotview_fixture import (Picture, bytes_of, check, draw, environment, good, npy, refused, run,
                              run_all)


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


def ring(newest, columns, rows, pixels, state=1):
    """A ring of 2 slots as plotlib/frame_ring.h says, frame `newest` in it."""
    slot = -(-(64 + columns * rows * 2) // 64) * 64
    raw = f'{columns}x{rows}:u16'.encode()
    header = struct.pack('=8sII48sQIIQ40x', b'PLTFRAME', 1, 128, raw, slot, 2, state, newest)
    slots = [bytearray(slot), bytearray(slot)]
    struct.pack_into('=Q', slots[(newest - 1) % 2], 0, 2 * newest)
    slots[(newest - 1) % 2][64:64 + len(pixels)] = pixels
    return header + slots[0] + slots[1]


def check_frames():
    """Live images: of a pipe in a window, of shared memory in both."""
    frames = [struct.pack('<12H', *[1000 * t + 80 * i for i in range(12)]) for t in range(4)]
    with open('ring', 'wb') as f:
        f.write(ring(7, 4, 3, frames[1]))
    with open('one.raw', 'wb') as f:
        f.write(frames[1])
    view = ('--bare', '--levels', '0:4000', '-o')
    good('--raw', '4x3:u16', 'one.raw', *view, 'raw.png')
    r = good('--shm', './ring', *view, 'shm.png', '--stats')
    check(bytes_of('raw.png') == bytes_of('shm.png'), 'a ring draws another picture than its file')
    told = json.loads(r.stdout)
    check((told['samples'], told['received'], told['shown'], told['dropped']) == (12, 1, 1, 0), told)
    with open('ring', 'r+b') as f:
        f.truncate(200)
    refused(2, 'ends before its last slot', '--shm', './ring', '-o', 'refused.png')
    refused(2, 'No such file', '--shm', './nothing', '-o', 'refused.png')
    with open('ring', 'wb') as f:
        f.write(ring(7, 4, 3, frames[1]).replace(struct.pack('=Q', 14), bytes(8)))
    refused(2, 'none came', '--shm', './ring', '--seconds', '0.2', '-o', 'refused.png')

    env = environment(QT_QPA_PLATFORM='offscreen', XDG_RUNTIME_DIR=os.getcwd())
    r = run('--raw', '4x3:u16', '-', '--seconds', '1', '--stats', env=env,
            stdin=b''.join(frames) * 50 + b'cut')
    if r.returncode == 1:
        return  # no window in this build
    said = r.stderr.decode().splitlines()
    check(r.returncode == 0 and len(said) == 1 and '3 bytes after' in said[0], said)
    told = json.loads(r.stdout)
    check(told['samples'] == 2400 and told['received'] == 200 and told['shown'] >= 1, told)
    check(told['shown'] + told['dropped'] == 200, told)
    r = run('--raw', '4x3:u16', '-', '--seconds', '1', env=env, stdin=b'less')
    check(r.returncode == 2 and b'a frame needs' in r.stderr, r.stderr)
    with open('ring', 'wb') as f:
        f.write(ring(7, 4, 3, frames[1], state=2))
    r = run('--shm', './ring', '--seconds', '0.3', '--stats', env=env)
    told = json.loads(r.stdout)
    check(r.returncode == 0 and told['shown'] == 1 and not r.stderr, r.stderr)


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


sys.exit(run_all(check_stats, check_streams, check_system, check_frames,
                 check_gl, check_locale))
