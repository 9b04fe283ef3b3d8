"""Figures of handover mode=nodes through the action, with all nodes of a large Ironic on the host that leaves. Used by bench.py;
alone: handing_over.py [nodes [milliseconds]]."""
import json
import pathlib
import sys
import time

from world import IRONIC_RELATIONS, World

PARALLEL = 16
SAMPLES = 100


def crowded(nodes):
    """Three units, ready; all nodes are the last one's. The world, and its number."""
    world = World(units=3, config={'virt-type': 'ironic'})
    world.cloud.control('POST', 'ironic/nodes', {'count': 0})
    world.relate(*IRONIC_RELATIONS)
    leader = next(name for name, entry in world.status()['applications']['nova-compute']['units'].items() if entry.get('leader'))
    leaving = max(number for number in range(3) if not leader.endswith('/%d' % number))
    hosts = [json.loads((world.machine(number) / 'run/emulator/world.json').read_text())['fqdn'] for number in range(3)]
    world.cloud.control('POST', 'state', {'settings': {'service_down_time': 2, 'ironic_report_seconds': 10}})
    world.cloud.control('POST', 'ironic/nodes', {'count': 3, 'shards': hosts, 'resource_class': 'bm', 'prefix': 'first'})
    world.cloud.control('POST', 'clock', {'advance': 20})
    world.cloud.control('POST', 'discover', {'by_service': True})
    world.cloud.control('POST', 'ironic/nodes', {'count': nodes, 'shards': [hosts[leaving]], 'resource_class': 'bm'})
    world.cloud.control('POST', 'clock', {'advance': 20})
    return world, leaving


def seconds_alone(world):
    """What the server takes for one request about a node, with nothing beside it."""
    import http.client
    host, port = world.cloud.url.removeprefix('http://').split(':')
    connection = http.client.HTTPConnection(host, int(port))
    begin = time.monotonic()
    for _ in range(SAMPLES):
        connection.request('GET', '/baremetal/v1/nodes/none')
        connection.getresponse().read()
    return (time.monotonic() - begin) / SAMPLES


def peak_of_action():
    """Peak memory in KiB of the one process that runs the action now."""
    for folder in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            if (b'JUJU_ACTION_NAME=handover' in (folder / 'environ').read_bytes()
                    and (folder / 'comm').read_text().strip() in ('dispatch', 'handover')):
                lines = (folder / 'status').read_text().splitlines()
                return next(int(line.split()[1]) for line in lines if line.startswith('VmHWM:'))
        except (OSError, StopIteration):
            continue
    return 0


def hand_over(nodes, milliseconds):
    """(seconds, seconds of one request alone, peak MiB, results) of one handover."""
    world, leaving = crowded(nodes)
    with world:
        world.cloud.control('POST', 'faults', {'path': '/baremetal/v1/nodes/', 'count': 0, 'delay_ms': milliseconds})
        alone, peak, begin = seconds_alone(world), 0, time.monotonic()
        text = world.juju('run', 'nova-compute/%d' % leaving, 'handover', 'force=true', 'timeout=3000', '--background')
        number = text.split('with task ')[1].split()[0]
        while True:
            peak = max(peak, peak_of_action())
            task = json.loads(world.juju('show-task', number, '--format', 'json'))
            if task['status'] not in ('pending', 'running'):
                break
            time.sleep(1)
        taken = time.monotonic() - begin
        return taken, (alone + seconds_alone(world)) / 2, peak / 1024, task


def figures(row, nodes=10**4, milliseconds=5):
    taken, alone, peak, task = hand_over(nodes, milliseconds)
    results = task['results']
    given = sum(json.loads(results['plan']).popitem()[1].values())
    ideal = 2 * nodes * alone / PARALLEL  # each node is read and changed
    row('handover of %d nodes through the action: all given and adopted, result' % nodes, '%d %s' % (given, results['result']),
        '%d done' % (nodes + 1), results['result'] == 'done' and given == nodes + 1)
    row('handover of %d nodes, %d ms a request (%.1f here), %d at a time: %.0f s against 2 N x t / P'
        % (nodes, milliseconds, alone * 1000, PARALLEL, taken), '%.2f' % (taken / ideal), 'none: looks at Nova and Placement and their waits are in it', True)
    row('handover of %d nodes: peak memory of the action, MiB' % nodes, '%.0f' % peak, '<= 400', 0 < peak <= 400)


if __name__ == '__main__':
    figures(lambda *words: print(*words), *map(int, sys.argv[1:]))
