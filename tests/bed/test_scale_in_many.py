"""Scale-in of a node with many servers in mixed states, by Nova's fake driver: its servers are no guests, all else is real. Then the
same work timed against an operator's loop over `openstack server migrate`.

NCC_MANY: servers that leave the node by themselves; a fifth as many are compared. One world for the whole file; the tests run in the
order of their names. Exit status 77 (skipped) where the bed cannot run.
"""
import collections
import json
import os
import time

import real
from real import CHARM, HERE, RELATIONS, api, bed, juju, machine, statuses, unit_log, until

MANY = int(os.environ.get('NCC_MANY', 30))
COMPARED = MANY // 5
UNIT = 'nova-compute/%d'
READY = ('active', 'Unit is ready')
LIMITS = ('parallel=10', 'parallel-per-host=10')
# Read after the charm's own files. Nova lets one server at a time leave a host unless it is told otherwise.
FAKE = '''[DEFAULT]
compute_driver = fake.FakeDriverWithoutFakeNodes
max_concurrent_live_migrations = 10
shelved_offload_time = -1
'''
DEFAULTS = 'DAEMON_ARGS="$DAEMON_ARGS --config-file=/etc/nova/fake.conf"\n'

Kind = collections.namedtuple('Kind', 'count action status')
MOVERS = {
    'active': Kind(MANY - 3 * (MANY // 6), None, 'ACTIVE'),
    'shutoff': Kind(MANY // 6, {'os-stop': None}, 'SHUTOFF'),
    'paused': Kind(MANY // 6, {'pause': None}, 'PAUSED'),
    'shelved': Kind(MANY // 6, {'shelve': None}, 'SHELVED'),
}
# Servers that a drain leaves: how they came to be so, why they are left, and what a person does about it.
Stayer = collections.namedtuple('Stayer', 'action status reason cure')
STAYERS = {
    'suspended': Stayer({'suspend': None}, 'SUSPENDED', 'suspended: ', {'resume': None}),
    'rescued': Stayer({'rescue': None}, 'RESCUE', 'in rescue mode: ', {'unrescue': None}),
    'locked': Stayer({'lock': None}, 'ACTIVE', 'locked: ', {'unlock': None}),
    'error': Stayer({'os-resetState': {'state': 'error'}}, 'ERROR', 'in status ERROR: ', {'os-resetState': {'state': 'active'}}),
    'resized-here': Stayer({'migrate': {'host': 'LEAVING'}}, 'VERIFY_RESIZE', 'resized to this host by somebody else: ',
                           {'confirmResize': None}),
    'resized-away': Stayer({'migrate': {'host': 'STAYING'}}, 'VERIFY_RESIZE', 'migration ', {'confirmResize': None}),
}


def servers():
    return {row['id']: row for row in api('GET', 'nova', '/servers/detail?all_tenants=1')['servers']}


def places():
    """(host, status) of each server."""
    return {server: (row['OS-EXT-SRV-ATTR:host'], row['status']) for server, row in servers().items()}


def act(server, action):
    api('POST', 'nova', '/servers/%s/action' % server, action)


class ScaleInMany(real.World):
    made = {}  # name of a kind -> ids of its servers

    @staticmethod
    def result(action, *parameters):
        """An action on the leader for the unit that leaves."""
        units = json.loads(juju('status', '--format=json'))['applications']['nova-compute']['units']
        leader = next(name for name, unit in units.items() if unit.get('leader'))
        return json.loads(juju('run', leader, action, 'units=' + ScaleInMany.unit(), *parameters, '--format', 'json', check=False))[leader]

    @staticmethod
    def number():
        units = json.loads(juju('status', '--format=json'))['applications']['nova-compute']['units']
        return next(number for number in range(2) if not units[UNIT % number].get('leader'))

    @classmethod
    def unit(cls):
        return UNIT % cls.number()

    @classmethod
    def hosts(cls):
        """The node that leaves, the node that stays."""
        return 'm%d' % cls.number(), 'm%d' % (1 - cls.number())

    def boot(self, name, count, host):
        """Servers without a network, ACTIVE; their ids. Ten at a time: for each one that arrives, nova-compute asks Placement about all
        that are on their way."""
        image = api('GET', 'glance', '/v2/images?name=tiny')['images'][0]['id']
        before = set(servers())
        while count > 0:
            some = min(count, 10)
            api('POST', 'nova', '/servers', {'server': {
                'name': name, 'imageRef': image, 'flavorRef': 'tiny', 'host': host, 'networks': 'none',
                'min_count': some, 'max_count': some}})
            self.until_all({server: 'ACTIVE' for server in set(servers()) - before})
            count -= some
        return sorted(set(servers()) - before)

    def until_all(self, wanted):
        """`wanted`: server -> status."""
        def reached():
            now = {server: (row['status'], row['OS-EXT-STS:task_state']) for server, row in servers().items()}
            return all(now.get(server) == (status, None) for server, status in wanted.items())
        until(300, reached, 'all servers as wanted')

    def tick_until_ready(self, number):
        for _ in range(4):
            if statuses()[UNIT % number] != READY:
                juju('world', 'tick')
        self.assertEqual(statuses()[UNIT % number], READY, unit_log(number)[-2000:])

    def test_1_two_nodes_whose_nova_has_the_fake_driver(self):
        juju('deploy', CHARM, '-n', 2, '--machine-command', HERE / 'machine-driver', '--config', 'virt-type=qemu',
             '--config', 'enable-live-migration=true', '--config', 'enable-resize=true')
        for number in range(2):
            machine(number, 'sh', '-ec', 'printf %s "$1" >/etc/nova/fake.conf; printf %s "$2" >/etc/default/nova-compute', 'sh',
                    FAKE, DEFAULTS)
        for endpoint, other in RELATIONS.items():
            juju('integrate', 'nova-compute:' + endpoint, other)
        for number in range(2):
            self.tick_until_ready(number)
        kinds = [row['hypervisor_type'] for row in api('GET', 'nova', '/os-hypervisors/detail', version='2.53')['hypervisors']]
        self.assertEqual(kinds, ['fake', 'fake'])

    def test_2_the_node_has_servers_in_all_states(self):
        project = api('GET', 'keystone', '/v3/projects?name=admin')['projects'][0]['id']
        api('PUT', 'nova', '/os-quota-sets/' + project, {'quota_set': {'instances': -1, 'cores': -1, 'ram': -1}})
        leaving, staying = self.hosts()
        for name, kind in MOVERS.items():
            self.made[name] = self.boot(name, kind.count, leaving)
        for name in STAYERS:
            self.made[name] = self.boot(name, 1, staying if name == 'resized-here' else leaving)
        self.made['offloaded'] = self.boot('offloaded', 2, leaving)
        wanted = {}
        for name, kind in dict(MOVERS, **STAYERS, offloaded=MOVERS['shelved']).items():
            action = json.loads(json.dumps(kind.action).replace('LEAVING', leaving).replace('STAYING', staying))
            for server in self.made[name]:
                wanted[server] = kind.status
                if action:
                    act(server, action)
        self.until_all(wanted)
        for server in self.made['offloaded']:
            act(server, {'shelveOffload': None})
            wanted[server] = 'SHELVED_OFFLOADED'
        self.until_all(wanted)
        # Nova calls a server SHELVED_OFFLOADED a moment before it takes it off its host.
        until(60, lambda: {places()[server][0] for server in self.made['offloaded']} == {None}, 'offloaded')
        self.assertEqual(len(wanted), MANY + len(STAYERS) + 2)

    def test_3_all_leave_but_those_that_wait_for_a_person(self):
        leaving, staying = self.hosts()
        expected = places()
        for server, (host, status) in expected.items():
            if server in sum((self.made[name] for name in MOVERS), []):
                self.assertEqual(host, leaving)
                expected[server] = (staying, status)
        for server in self.made['shelved']:
            expected[server] = (None, 'SHELVED_OFFLOADED')
        begin = time.monotonic()
        task = self.result('scale-in', *LIMITS)
        took = time.monotonic() - begin
        self.assertEqual(places(), expected, task)
        print('figure: %d servers in %d states left a node in %.0f s, %.1f s each (10 at a time)' % (MANY, len(MOVERS), took, took / MANY))
        row, = json.loads(task['results']['units'])
        self.assertEqual((row['result'], row['host']), ('failed', leaving), task)
        left = {one['id']: one for one in row['servers']}
        self.assertEqual(set(left), {self.made[name][0] for name in STAYERS}, task)
        for name, kind in STAYERS.items():
            one = left[self.made[name][0]]
            self.assertEqual((one['name'], one['status'], one['final']), (name, kind.status, True))
            self.assertTrue(one['reason'].startswith(kind.reason), one)
        self.tick_until_ready(self.number())  # it was not emptied, so it serves again

    def test_4_they_leave_when_a_person_has_seen_to_them_and_the_node_ends(self):
        leaving, staying = self.hosts()
        before = places()
        for name, kind in STAYERS.items():
            act(self.made[name][0], kind.cure)
        cured = [self.made[name][0] for name in STAYERS]
        self.until_all({server: 'ACTIVE' for server in cured})
        task = self.result('scale-in', *LIMITS)
        row, = json.loads(task['results']['units'])
        self.assertIn(row['result'], ('done', 'in-progress'), task)
        again = self.result('scalein-end')
        self.assertEqual(again['status'], 'completed', again)
        self.assertEqual(statuses()[self.unit()], ('blocked', 'Scaled in: run juju remove-unit ' + self.unit()))
        self.assertEqual(places(), dict(before, **{server: (staying, 'ACTIVE') for server in cured}))
        self.nothing_knows(leaving)
        self.each_left_once(leaving)
        self.each_has_its_room_once(staying)

    def nothing_knows(self, leaving):
        services = api('GET', 'nova', '/os-services?binary=nova-compute')['services']
        self.assertNotIn(leaving, [row['host'] for row in services])
        providers = json.loads(bed('api', 'GET', 'placement', '/resource_providers?name=' + leaving, '', '1.14'))
        self.assertEqual(providers['resource_providers'], [])

    def each_left_once(self, leaving):
        """Also none that failed and was tried again. What was offloaded has no migration."""
        rows = [row for row in api('GET', 'nova', '/os-migrations?host=' + leaving)['migrations'] if row['source_compute'] == leaving]
        self.assertLessEqual({row['status'] for row in rows}, {'completed', 'confirmed'})
        away = sum((ids for name, ids in self.made.items() if name not in ('shelved', 'offloaded')), [])
        self.assertEqual(collections.Counter(row['instance_uuid'] for row in rows), collections.Counter(away))

    def each_has_its_room_once(self, staying):
        provider, = json.loads(bed('api', 'GET', 'placement', '/resource_providers?name=' + staying, '', '1.14'))['resource_providers']
        rooms = json.loads(bed('api', 'GET', 'placement', '/resource_providers/%s/allocations' % provider['uuid'], '', '1.14'))
        there = {server: {'VCPU': 1, 'MEMORY_MB': 96} for server, (host, _) in places().items() if host == staying}
        self.assertEqual({consumer: row['resources'] for consumer, row in rooms['allocations'].items()}, there)

    def test_5_the_charm_is_not_slower_than_a_loop(self):
        leaving, staying = self.hosts()
        self.result('scalein-recover')
        self.tick_until_ready(self.number())
        for server in servers():
            api('DELETE', 'nova', '/servers/' + server)
        until(120, lambda: not servers(), 'no server')
        made = self.boot('compared', COMPARED, staying)
        loop = self.timed(lambda: self.move_one_by_one(made, leaving))
        self.assertEqual(places(), {server: (leaving, 'ACTIVE') for server in made})
        self.result('scalein-start')
        task = self.result('scalein-start')
        self.assertEqual(task['status'], 'completed', task)
        charm = self.timed(lambda: self.assertEqual(self.result('migrate', *LIMITS)['status'], 'completed'))
        self.assertEqual(places(), {server: (staying, 'ACTIVE') for server in made})
        print('figure: %d ACTIVE servers: loop of openstack server migrate --wait %.0f s, migrate (10 at a time) %.0f s, ratio %.1f' %
              (COMPARED, loop, charm, loop / charm))
        self.assertLessEqual(charm, loop)

    @staticmethod
    def timed(work):
        begin = time.monotonic()
        work()
        return time.monotonic() - begin

    @staticmethod
    def move_one_by_one(ids, host):
        """As an operator does it today, on a machine beside the cloud."""
        bed('unit', 'exec', 'm0', 'sh', '-ec', bed('openrc') + 'for server; do openstack --os-compute-api-version 2.74 server migrate '
            '--live-migration --host %s --wait "$server"; done' % host, 'sh', *ids)


if __name__ == '__main__':
    real.main()
