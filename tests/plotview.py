#!/usr/bin/env python3
"""Runs the built plotview as its user would: the pictures it draws of files.

usage: plotview.py PLOTVIEW
"""
import math
import os
import random
import struct
import sys

from plotview_fixture import bytes_of, check, draw, f64, good, npy, png, refused, run_all


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
    drawn = set()
    for x_name, name in (('t', 'force'), ('time', 'force'), ('t', 'mass')):
        with open('named.csv', 'w') as f:
            f.write(f'{x_name},{name}\n0,1\n1,2\n')
        draw('named.csv', '--draw', 'histogram', out='named.png')
        drawn.add(bytes_of('named.png'))
    check(len(drawn) == 2, 'x of a histogram is not named after its values')


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


sys.exit(run_all(check_gaps, check_names, check_repeats, check_line, check_images, check_aspect,
                 check_lod, check_looks))
