"""The figures of the charm, each as a ratio in one run on one machine. Prints a row a figure; fails when one misses its target."""
import json
import pathlib
import statistics
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests/e2e'))
import draining  # noqa: E402
import handing_over  # noqa: E402
import looking  # noqa: E402
import proving  # noqa: E402
import resharding  # noqa: E402
import sharing_out  # noqa: E402
from world import CHARM, World  # noqa: E402

VENV = ROOT / 'build/bench-venv'
RUNS = 15
failed = []


def row(what, figure, target, good):
    print('%-4s %-78s %12s   target %s' % ('ok' if good else 'MISS', what, figure, target), flush=True)
    if not good:
        failed.append(what)


def archive(folder, name, dispatch, endpoints=''):
    """A charm archive of a few files."""
    path = folder / (name + '.charm')
    with zipfile.ZipFile(path, 'w') as out:
        out.writestr('metadata.yaml', 'name: %s\nsummary: s\ndescription: d\n%s' % (name, endpoints))
        out.writestr('manifest.yaml', 'bases:\n- name: ubuntu\n  channel: "24.04"\n  architectures: [amd64]\n')
        out.writestr('config.yaml', 'options:\n  knob:\n    type: string\n    default: ""\n')
        for file, text, mode in dispatch:
            info = zipfile.ZipInfo(file)
            info.external_attr = mode << 16
            out.writestr(info, text)
    return path


#: runs in the hook environment of a unit, with its tools; prints the seconds of each program in turn, whole processes
TIMED = """import os, subprocess, sys, time
os.environ.update(JUJU_DISPATCH_PATH='hooks/' + sys.argv[1], JUJU_HOOK_NAME=sys.argv[1])
for run in range(int(sys.argv[2])):
    for program in sys.argv[3:]:
        begin = time.monotonic()
        subprocess.run([program], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(time.monotonic() - begin)
"""


def timed(world, unit, event, *programs):
    """One list of seconds a program; the first two runs warm the caches up and are left out."""
    folder = world.machine() / 'tmp' if unit.startswith('nova-compute') else world.folder
    (folder / 'timed.py').write_text(TIMED)
    path = '/tmp/timed.py' if unit.startswith('nova-compute') else folder / 'timed.py'
    out = world.juju('exec', '-u', unit, '--', '/usr/bin/python3 %s %s %d %s' % (path, event, RUNS + 2, ' '.join(programs)))
    rows = [float(line) for line in out.split()]
    return [rows[i::len(programs)][2:] for i in range(len(programs))]


def peak(world, unit, event):
    """Peak memory in KiB of the largest process of a hook, its tools included."""
    shown = world.juju('exec', '-u', unit, '--', 'env JUJU_DISPATCH_PATH=hooks/%s JUJU_HOOK_NAME=%s /usr/bin/time -f %%M ./dispatch 2>&1'
                       % (event, event))
    return int(shown.strip().splitlines()[-1])


def ratio(left, right):
    """Pair by pair, as the machine's speed drifts."""
    return statistics.median(a / b for a, b in zip(left, right))


def update_status(world):
    python = VENV / 'bin/python'
    charm = archive(world.folder, 'smallest', [
        ('dispatch', '#!/bin/sh\nexec %s src/charm.py\n' % python, 0o100755),
        ('src/charm.py', 'import ops\n\n\nclass Charm(ops.CharmBase):\n    def __init__(self, framework):\n'
                         '        super().__init__(framework)\n        framework.observe(self.on.update_status, self.ready)\n\n'
                         '    def ready(self, _):\n        self.unit.status = ops.ActiveStatus("Unit is ready")\n\n\n'
                         'ops.main(Charm)\n', 0o100644)])
    world.juju('deploy', charm)
    world.juju('world', 'tick')
    (ours,), (theirs,) = (timed(world, unit, 'update-status', './dispatch') for unit in ('nova-compute/0', 'smallest/0'))
    times = ratio(theirs, ours)
    row('update-status: times faster than the smallest ops charm (%.1f ms : %.1f ms)'
        % (statistics.median(ours) * 1e3, statistics.median(theirs) * 1e3), '%.1f' % times, '>= 25', times >= 25)
    share = peak(world, 'nova-compute/0', 'update-status') / peak(world, 'smallest/0', 'update-status')
    row('update-status: peak memory against the smallest ops charm', '%.2f' % share, '<= 0.33', share <= 1 / 3)
    world.juju('remove-application', 'smallest', '--no-prompt')


def tools_per_hook(world):
    def most(since):
        return max(len(entry['tools']) for entry in world.log()[since:] if entry['unit'] == 'nova-compute/0')
    counts = []
    for peers in (10, 1000):
        world.juju('world', 'peers', 'nova-compute', peers, '--joined')
        mark = len(world.log())
        world.juju('config', 'nova-compute', 'reserved-host-memory=%d' % (512 + peers))
        world.juju('config', 'nova-compute', 'debug=%s' % ('true' if peers == 10 else 'false'))
        counts.append(most(mark) - logged(world, mark))
    row('hook tools with 10 and with 1,000 peers', '%d : %d' % tuple(counts), 'the same', counts[0] == counts[1])
    row('hook tools of a hook of a fully related unit', max(counts), '<= 25', max(counts) <= 25)


def logged(world, since):
    """juju-log calls of the longest hook: a line for each effect, none when nothing is done."""
    longest = max((entry for entry in world.log()[since:] if entry['unit'] == 'nova-compute/0'), key=lambda e: len(e['tools']))
    return sum(tool['argv'][0] in ('juju-log', 'state-set') for tool in longest['tools'])


def bare_tools(world):
    """config-changed with nothing to do, against a shell that runs the same hook tools one after the other."""
    world.juju('config', 'nova-compute', 'use-syslog=true')
    entry = [e for e in world.log() if e['unit'] == 'nova-compute/0' and e['event'] == 'config-changed'][-1]
    lines = [' '.join("'%s'" % word for word in tool['argv']) for tool in entry['tools']
             if tool['argv'][0] != 'juju-log']
    script = world.machine() / 'tmp/bare'
    script.write_text('#!/bin/sh\n' + '\n'.join(line + ' >/dev/null' for line in lines) + '\n')
    script.chmod(0o755)
    ours, bare = timed(world, 'nova-compute/0', 'config-changed', './dispatch', '/tmp/bare')
    times = ratio(ours, bare)
    row('config-changed with nothing to do, against its own %d tools run bare' % len(lines), '%.2f' % times, '<= 1.5', times <= 1.5)


def main():
    if sys.argv[1:] == ['bed']:
        proving.figures(row)
    else:
        emulated()
    return 1 if failed else 0


def emulated():
    size = CHARM.stat().st_size / 2**20
    row('size of the packed charm, MiB', '%.1f' % size, '<= 12', size <= 12)
    if not (VENV / 'bin/python').exists():
        subprocess.run(['python3', '-m', 'venv', VENV], check=True)
        subprocess.run([VENV / 'bin/pip', '-q', 'install', 'ops==2.17.0'], check=True)
    with World().related() as world:
        assert world.unit() == ('active', 'Unit is ready'), world.unit()
        update_status(world)
        bare_tools(world)
        tools_per_hook(world)
    draining.figures(row)
    sharing_out.figures(row)
    resharding.figures(row)
    handing_over.figures(row)
    looking.figures(row)


if __name__ == '__main__':
    sys.exit(main())
