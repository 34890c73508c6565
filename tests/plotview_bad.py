#!/usr/bin/env python3
"""Runs the built plotview as a user does who is wrong: options, input, places to write to.

usage: plotview_bad.py PLOTVIEW
"""
import os
import subprocess
import sys

from plotview_fixture import PLOTVIEW, bytes_of, check, environment, good, npy, refused, run_all


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
                 '--follow-mode', '--raw', '--frame', '--axes', '--color-bar', '--auto-levels', '--turn',
                 '--flip', '--roi', '--readout', '--timeline'):
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
        '--color-bar': ('on',), '--auto-levels': ('1', '99:1', '0:101'), '--turn': ('45',),
        '--flip': ('z',), '--roi': ('ellipse',), '--readout': ('1',), '--timeline': ('',),
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
    npy('dtype.npy', '<c32', '(2,)', bytes(64))
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


sys.exit(run_all(check_help, check_bad_options, check_bad_input, check_closed, check_cannot))
