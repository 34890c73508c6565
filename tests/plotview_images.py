#!/usr/bin/env python3
"""Runs the built plotview as its user would: stacks of images, raw frames, cut files.

usage: plotview_images.py PLOTVIEW
"""
import json
import os
import sys

from plotview_fixture import bytes_of, check, environment, good, npy, png, refused, run, run_all


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


sys.exit(run_all(check_stacks, check_cut))
