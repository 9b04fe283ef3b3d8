"""Figures of draining: how close to the ideal time, what a poll costs, how much memory. Used by bench.py."""
import json
import pathlib
import time

from world import World

#: moves of this many seconds each
MOVE = 15.0


def servers_on(world, host, number):
    """Puts running servers on a host of the emulated cloud, and makes room for them elsewhere."""
    state = world.cloud.state()
    for provider in state['providers']:
        for inventory in provider['inventories'].values():
            inventory.update(total=10**6, max_unit=10**6, reserved=0)
    for index in range(number):
        state['servers'].append({'id': '%08d-0000-4000-8000-000000000000' % index, 'name': 'guest-%d' % index, 'host': host, 'node': host,
                                 'flavor': state['flavors'][0]['id'], 'image': state['images'][0]['id'], 'status': 'ACTIVE'})
    state['settings'].update(live_seconds=MOVE, max_concurrent_live_migrations=1000)
    world.cloud.control('PUT', 'state', state)


def requests(world, since=0):
    return world.cloud.control('GET', 'requests')['requests'][since:]


def tombstoned(number):
    world = World(units=2, config={'enable-live-migration': 'true', 'enable-resize': 'true'}).related()
    host = world.run('node-name', unit=1)['results']['node-name']
    servers_on(world, host, number)
    started = world.run('scalein-start', 'force=true', unit=1)
    assert started['status'] == 'completed', started
    return world


def drain_time(row, number=200, parallel=10):
    with tombstoned(number) as world:
        begin = time.monotonic()
        task = world.run('migrate', 'parallel=%d' % parallel, 'parallel-per-host=%d' % parallel, unit=1)
        taken = time.monotonic() - begin
        assert task['status'] == 'completed', task
    share = taken / (number * MOVE / parallel)
    row('draining %d servers, %d at a time, %.0f s each: time against N x T / P' % (number, parallel, MOVE), '%.3f' % share, '<= 1.05',
        share <= 1.05)


def poll_cost(row):
    """Requests per second while nothing can move: other people's moves take all of `parallel`."""
    counts = []
    for number in (10, 1000):
        with tombstoned(number) as world:
            state = world.cloud.state()
            state['settings']['live_seconds'] = 10**6
            world.cloud.control('PUT', 'state', state)
            world.run('migrate', 'parallel=1', 'wait=0', unit=1)
            time.sleep(5)
            mark = len(requests(world))
            time.sleep(10)
            counts.append(len(requests(world, mark)))
    row('requests in 10 s of waiting for a move, with 10 and with 1,000 servers', '%d : %d' % tuple(counts), 'the same +-2',
        abs(counts[0] - counts[1]) <= 2)


def drain_process():
    """Peak memory in KiB of the one process bin/drain that runs."""
    for folder in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            words = (folder / 'cmdline').read_bytes().split(b'\0')
            if words[0].endswith(b'/bin/drain'):
                lines = (folder / 'status').read_text().splitlines()
                return next(int(line.split()[1]) for line in lines if line.startswith('VmHWM:'))
        except (FileNotFoundError, ProcessLookupError, StopIteration):
            continue
    return 0


def memory(row, number=10000):
    with tombstoned(number) as world:
        world.run('migrate', 'parallel=50', 'parallel-per-host=50', 'wait=20', unit=1)
        peak = drain_process() / 1024
        assert json.loads(world.run('scalein-status', unit=1)['results']['states'])[0]['servers'] > 0
    row('memory of a drain with %d servers on the host, MiB' % number, '%.0f' % peak, '<= 64', 0 < peak <= 64)


def figures(row):
    drain_time(row)
    poll_cost(row)
    memory(row)
