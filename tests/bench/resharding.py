"""Figure of resharding: how close it comes to the ideal time. Used by bench.py."""
import re
import subprocess

from world import BIN


def figures(row):
    run = subprocess.run([BIN / 'resharding', BIN / 'cloud-emulator'], stdout=subprocess.PIPE, text=True)
    ratio = re.search(r'ratio ([\d.]+)', run.stdout)
    assert ratio, run
    row('giving shards to 10,000 nodes, 16 at a time, 50 ms each: time against N x t / P', ratio[1], '<= 1.1', run.returncode == 0)
