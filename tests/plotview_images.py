#!/usr/bin/env python3
"""Runs the built plotview as its user would: stacks of images, raw frames, cut files.

usage: plotview_images.py PLOTVIEW
"""
import json
import math
import os
import struct
import sys

from plotview_fixture import Picture, bytes_of, check, environment, good, npy, png, refused, run, run_all


def check_stacks():
    """A stack of images and the same as raw frames, of a file and of a pipe."""
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


def check_cut():
    """What arrived of a cut PNG: in a window, with one warning; never in a picture."""
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


def check_waterfall():
    """Complex samples as such and as pairs, a burst and a carrier where they belong, of a file
    and of a pipe, by both painters."""
    n, size, at = 40000, 256, 50  # turns once in 256/50 samples: a quarter of the rate less 14 bins
    values = []
    for i in range(n):
        turn = 2 * math.pi * (at * i % size) / size
        click = 900 if i == 10000 else 0
        values += [math.cos(turn) + click, math.sin(turn)]
    pairs = struct.pack('<%df' % len(values), *values)
    npy('iq.npy', '<c8', f'({n},)', pairs)
    npy('pairs.npy', '<f4', f'({n}, 2)', pairs)
    npy('big.npy', '>c16', f'({n},)', struct.pack('>%dd' % len(values), *values))
    npy('real.npy', '<f4', f'({n},)', struct.pack('<%df' % n, *values[::2]))
    fall = ('--waterfall', '--fft', str(size), '--levels=-60:0', '--colormap', 'grey')
    bare = (*fall, '--bare', '--size', '256x100', '-o')
    for name in ('iq', 'pairs', 'big'):
        good(name + '.npy', *bare, name + '.png')
    good('-', '--format', 'f32', '--channels', '2', *bare, 'pipe.png', stdin=pairs)
    check(len({bytes_of(s + '.png') for s in ('iq', 'pairs', 'pipe')}) == 1, 'iq: not one picture')
    picture = Picture(bytes_of('iq.png'))
    burst = 99 - int(10000 / n * 100)
    columns = [sum(picture.at(x, y)[0] > 250 for y in range(100)) for x in range(256)]
    check(columns[128 + at] == 100, f'no carrier: {columns}')
    check(sum(c > 50 for c in columns) <= 3, f'more than a carrier: {columns}')
    rows = [sum(picture.at(x, y)[0] > 250 for x in range(256)) for y in range(100)]
    check(max(rows[burst - 1:burst + 2]) == 256, f'no burst: {rows}')
    check(sum(r > 100 for r in rows) <= 3, f'more than a burst: {rows}')
    good('real.npy', *fall, '--bare', '--size', '129x100', '-o', 'real.png')
    picture = Picture(bytes_of('real.png'))
    check(all(picture.at(at, y)[0] > 250 for y in range(100)), 'no carrier of real samples')
    for more in ((), ('--rate', '1e6', '--center', '1e8'), ('--overlap=0.9', '--window=flat-top'),
                 ('--follow', '1000'), ('--scale', '2')):
        good('iq.npy', '--waterfall', *more, '-o', 'out.png')
    out = ('-o', 'refused.png')
    npy('three.npy', '<f4', '(1000, 3)', bytes(12000))
    npy('axes.npy', '<c8', '(10, 10)', bytes(800))
    refused(2, 'one column of samples, or two', 'three.npy', '--waterfall', *out)
    refused(2, 'one channel of samples, or two', '-', '--format',
            'f32', '--channels', '3', '--waterfall', *out, stdin=bytes(12000))
    refused(2, '40000 samples are less', 'iq.npy', '--waterfall', '--fft', '65536', *out)
    refused(2, 'complex array of 2 axes', 'axes.npy', *out)
    refused(2, '--fft, --overlap and --center need', 'iq.npy', '--fft', '64', *out)
    refused(2, '--waterfall excludes', 'iq.npy', '--waterfall', '--transform', 'psd', *out)
    refused(2, "--overlap '1' is not", 'iq.npy', '--waterfall', '--overlap', '1', *out)


sys.exit(run_all(check_stacks, check_cut, check_waterfall))
