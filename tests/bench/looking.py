"""Figure of the capacity look: requests and own time with many hosts. Used by bench.py."""
import re
import subprocess

from world import BIN


def figures(row):
    run = subprocess.run([BIN / 'capacity_look', BIN / 'cloud-emulator'], stdout=subprocess.PIPE, text=True)
    found = re.search(r'(\d+) requests \((\d+) with a tenth\).* own ([\d.]+) s', run.stdout)
    assert found, run
    row('capacity look at 1,000 hosts, 20,000 servers: requests (and with a tenth of them)', '%s : %s' % found.group(1, 2),
        'the same', found[1] == found[2])
    row("capacity look: seconds beside the cloud's own", found[3], '<= 1', float(found[3]) <= 1)
