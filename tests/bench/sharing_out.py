"""Figures of Ironic's nodes at 100,000: planning their shards beside Nova's hash ring, and reading the list of them. Used by bench.py."""
import re
import subprocess

from world import BIN


def shown_by(*command):
    run = subprocess.run([BIN / command[0], *command[1:]], stdout=subprocess.PIPE, text=True)
    return run.stdout, run.returncode


def planning(row):
    """One of 200 services goes: the fewest moves are the nodes that it had."""
    shown, _ = shown_by('shard_planning', '100000', '200')
    lines = {kind: list(map(float, numbers)) for kind, *numbers in re.findall(
        r'^  ([^ ].*?) +least +(\d+) most +(\d+) .* sd +([\d.]+) % +moved +(\d+) .* ([\d.]+) ms$', shown.split('one comes')[0], re.M)}
    had, (least, most, spread, moved, milliseconds) = lines['shards, first plan'][1], lines['shards, balanced']
    ring = lines['ring, after']
    slowest = max(line[4] for line in lines.values()) / 1e3
    memory = int(re.search(r'most memory: (\d+) MiB', shown)[1])
    row('planning 100,000 nodes, 200 shards: seconds, MiB', '%.2f, %d' % (slowest, memory), '<= 1, <= 200', slowest <= 1 and memory <= 200)
    row("a shard's service goes: most - least (deviation; with Nova's ring %.0f, %.1f %%)" % (ring[1] - ring[0], ring[2]),
        '%.0f (%.1f %%)' % (most - least, spread), '<= 1', most - least <= 1)
    row('the same: nodes that move, and the fewest that can (with the ring %.0f)' % ring[3], '%.0f : %.0f' % (moved, had), 'the same', moved == had)


def listing(row):
    shown, status = shown_by('ironic_listing', BIN / 'cloud-emulator', '100000')
    ratio, memory = re.search(r'ratio ([\d.]+)', shown), re.search(r'([\d.]+) MiB after \d+ \(', shown)
    assert ratio and memory, shown
    row("listing 100,000 nodes: time against the server's own", ratio[1], '<= 1.2', status == 0 and float(ratio[1]) <= 1.2)
    row('the same: peak memory, MiB', memory[1], '<= 64', float(memory[1]) <= 64)


def figures(row):
    planning(row)
    listing(row)
