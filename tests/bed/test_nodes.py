"""The node manager on a real cloud: how much more fits is said and watched, create-node boots a server with a volume and a DNS record and
takes it away when something fails, delete-node ends it, and verify names the step that is broken. Nova with QEMU, Cinder, Designate with BIND.

One world for the whole file; the tests run in the order of their names. Exit status 77 (skipped) where the bed cannot run.
"""
import json
import time
import urllib.request

import real
from real import CHARM, HERE, RELATIONS, api, juju, leader, machine, result, statuses, unit_log, until

UNIT = 'nova-compute/%d'
READY = ('active', 'Unit is ready')
ZONE = 'cloud.example.'
NODE = ('image=tiny', 'flavor=tiny', 'network=net', 'registered=active', 'base-name=node')
WITH_ALL = ('volume-size=1', 'volume-device=/dev/vdb', 'domain=cloud.example', 'dns-zone=cloud.example')


def project(name, domain='Default'):
    domains = {row['name']: row['id'] for row in api('GET', 'keystone', '/v3/domains')['domains']}
    rows = api('GET', 'keystone', '/v3/projects?name=' + name)['projects']
    return next(row['id'] for row in rows if row['domain_id'] == domains[domain])


def charms_designate(method, path, body=None):
    """As the charm's account: a zone is seen by its own project only."""
    def call(method, url, body, **headers):
        request = urllib.request.Request(url, json.dumps(body).encode() if body else None, dict(headers, **{
            'Content-Type': 'application/json'}), method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            text = answer.read()
            return answer.headers, json.loads(text) if text else {}
    domain = {'name': 'service_domain'}
    headers, _ = call('POST', 'http://10.77.0.1:5000/v3/auth/tokens', {'auth': {
        'identity': {'methods': ['password'], 'password': {'user': {
            'name': 'nova_compute', 'domain': domain, 'password': json.loads((HERE / 'conf/accounts.json').read_text())['nova_compute']}}},
        'scope': {'project': {'name': 'service', 'domain': domain}}}})
    return call(method, 'http://10.77.0.1:9001' + path, body, **{'X-Auth-Token': headers['X-Subject-Token']})[1]


def ids(rows):
    return {row['id'] for row in rows}


def records():
    """name -> addresses"""
    zones = charms_designate('GET', '/v2/zones')['zones']
    return {row['name']: row['records'] for zone in zones
            for row in charms_designate('GET', '/v2/zones/%s/recordsets?type=A' % zone['id'])['recordsets']}


def everything():
    """All that an action could leave behind in the cloud, of all projects."""
    return {
        'servers': ids(api('GET', 'nova', '/servers?all_tenants=1')['servers']),
        'flavors': ids(api('GET', 'nova', '/flavors?is_public=None')['flavors']),
        'images': ids(api('GET', 'glance', '/v2/images')['images']),
        'volumes': ids(api('GET', 'cinder', '/v3/%s/volumes?all_tenants=1' % project('admin'))['volumes']),
        'ports': ids(row for row in api('GET', 'neutron', '/v2.0/ports')['ports'] if row['device_owner'].startswith('compute:')),
        'security groups': ids(row for row in api('GET', 'neutron', '/v2.0/security-groups')['security_groups']
                               if row['name'] != 'default'),
        'records': set(records()),
    }


class Nodes(real.World):
    parts = ('cinder', 'designate')
    before = None

    def check_nothing_is_left(self):
        until(60, lambda: everything() == self.before, 'nothing left behind')

    def ready(self, number):
        for _ in range(4):
            if statuses()[UNIT % number] != READY:
                juju('world', 'tick')
        self.assertEqual(statuses()[UNIT % number], READY, unit_log(number)[-2000:])

    def test_1_two_nodes(self):
        juju('deploy', CHARM, '-n', 2, '--machine-command', HERE / 'machine-driver', '--config', 'virt-type=qemu',
             '--config', 'enable-live-migration=true', '--config', 'enable-resize=true')
        for endpoint, other in RELATIONS.items():
            juju('integrate', 'nova-compute:' + endpoint, other)
        for number in range(2):
            self.ready(number)
        for name, domain in (('admin', 'Default'), ('service', 'service_domain')):
            api('PUT', 'nova', '/os-quota-sets/' + project(name, domain), {'quota_set': {'cores': -1, 'ram': -1}})
        Nodes.before = everything()

    # verify

    @staticmethod
    def verify(number, *more):
        begin = time.monotonic()
        chosen = dict(pair.split('=') for pair in ('image=tiny', 'flavor=tiny', 'network=net') + more)
        task = result(UNIT % number, 'verify', *('%s=%s' % pair for pair in chosen.items()))
        checks = {row['check']: row for row in json.loads(task['results']['checks'])}
        return task, checks, time.monotonic() - begin

    def test_2a_every_step_of_a_servers_life_passes_on_a_healthy_node(self):
        task, checks, seconds = self.verify(0)
        self.assertEqual((task['status'], task['results'].get('result')), ('completed', 'passed'), task)
        self.assertEqual({name: row['result'] for name, row in checks.items() if row['result'] != 'passed'}, {}, task)
        print('figure: verify with %d steps took %.0f s' % (len(checks), seconds))
        print(task['results'].get('table', ''))
        self.check_nothing_is_left()

    def broken(self, number, step, break_it, mend_it, *more):
        break_it()
        try:
            task, checks, _ = self.verify(number, *more)
            self.assertEqual((task['status'], task['results'].get('result')), ('failed', 'failed'), task)
            self.assertEqual(checks[step]['result'], 'failed', task)
        finally:
            mend_it()
        self.check_nothing_is_left()
        return checks

    def test_2b_the_broken_step_is_named(self):
        def service(verb):
            machine(1, 'systemctl', verb, 'nova-compute.service')

        def up():
            row, = api('GET', 'nova', '/os-services?binary=nova-compute&host=m1')['services']
            return row['state'] == 'up'

        def stopped():
            service('stop')
            until(120, lambda: not up(), 'm1 down')

        def started():
            service('start')
            until(120, up, 'm1 up')
        self.broken(1, 'service', stopped, started)

        def chassis(verb):
            machine(1, 'systemctl', verb, 'ovn-controller.service')

        def alive():
            return [agent['agent_type'] for agent in api('GET', 'neutron', '/v2.0/agents?host=m1')['agents'] if agent['alive']]

        def lost():
            chassis('stop')  # it takes its chassis along
            until(120, lambda: len(alive()) < len(agents), 'no chassis m1')

        def back():
            chassis('start')
            until(120, lambda: alive() == agents, 'agents of m1')
        agents = alive()
        self.broken(1, 'chassis', lost, back)

        # The key with which user nova copies a server's disk to the host that takes it.
        keys = '/var/lib/nova/.ssh'
        self.broken(1, 'resize-revert', lambda: machine(1, 'mv', keys + '/id_rsa', '/root/nova-key'),
                    lambda: machine(1, 'mv', '/root/nova-key', keys + '/id_rsa'))

    def test_2c_an_image_that_is_not_there_is_named(self):
        task, checks, _ = self.verify(0, 'image=none-such')
        self.assertEqual((task['status'], checks['image']['result'], checks['boot']['result']), ('failed', 'failed', 'skipped'), task)
        self.assertIn('none-such', task['message'])
        self.check_nothing_is_left()

    def test_2d_the_emulated_cinders_contract_holds_for_the_real_one(self):
        print(real.contract('[cinder]', 'm0'))
        self.check_nothing_is_left()

    # capacity

    def boot(self, count):
        image = api('GET', 'glance', '/v2/images?name=tiny')['images'][0]['id']
        there = ids(api('GET', 'nova', '/servers?all_tenants=1')['servers'])
        api('POST', 'nova', '/servers', {'server': {
            'name': 'fill', 'imageRef': image, 'flavorRef': 'big', 'networks': 'none', 'min_count': count, 'max_count': count}})

        def active():
            rows = api('GET', 'nova', '/servers/detail?all_tenants=1')['servers']
            assert all(row['status'] != 'ERROR' for row in rows), [row.get('fault') for row in rows]
            return all(row['status'] == 'ACTIVE' for row in rows) and sorted(ids(rows) - there)
        return until(300, active, '%d servers more' % count)

    @staticmethod
    def gone(servers):
        for server in servers:
            api('DELETE', 'nova', '/servers/' + server)
        until(120, lambda: not ids(api('GET', 'nova', '/servers?all_tenants=1')['servers']) & set(servers), 'servers gone')

    @staticmethod
    def application():
        status = json.loads(juju('status', '--format=json'))['applications']['nova-compute']['application-status']
        return status['current'], status.get('message', '')

    def left(self):
        task = result(leader(), 'capacity')
        self.assertEqual(task['status'], 'completed', task)
        return int(dict(pair.split('=') for pair in task['results']['left'].replace(' ', '').split(','))['big'])

    def test_3_capacity_is_low_when_the_room_is_used_and_stays_so_until_there_is_plenty(self):
        provider = api('GET', 'placement', '/resource_providers?name=m0')['resource_providers'][0]['uuid']
        memory = api('GET', 'placement', '/resource_providers/%s/inventories' % provider)['inventories']['MEMORY_MB']
        ram = int((memory['total'] - memory['reserved']) * memory['allocation_ratio']) // 3  # three to a node
        api('POST', 'nova', '/flavors', {'flavor': {'id': 'big', 'name': 'big', 'ram': ram, 'vcpus': 1, 'disk': 0}})
        juju('config', 'nova-compute', 'capacity-flavors=big', 'capacity-up=3', 'capacity-down=5', 'capacity-size=2', 'capacity-looks=1',
             'capacity-interval=0', 'capacity-cooldown=0', 'capacity-handler=juju')
        self.assertEqual(self.left(), 6)
        first = self.boot(3)
        juju('world', 'tick')
        self.assertEqual(self.left(), 3)
        self.assertNotIn('low', self.application()[1])
        more = self.boot(1)
        juju('world', 'tick')
        self.assertEqual(self.left(), 2)
        self.assertIn('Capacity low: big 2 left, 1 node wanted', self.application()[1])
        self.gone(more + first[:1])
        juju('world', 'tick')
        self.assertEqual(self.left(), 4)
        self.assertIn('Capacity low', self.application()[1])  # not yet plenty
        self.gone(first[1:2])
        juju('world', 'tick')
        self.assertEqual(self.left(), 5)
        self.assertNotIn('low', self.application()[1])
        self.gone(first[2:])
        api('DELETE', 'nova', '/flavors/big')
        juju('config', 'nova-compute', 'capacity-flavors=', 'capacity-up=0', 'capacity-down=0')
        self.check_nothing_is_left()

    # create-node, delete-node

    @staticmethod
    def zone():
        return charms_designate('GET', '/v2/zones')['zones'][0]

    def made(self, **counts):
        """What there is now that was not there before, by kind."""
        there = everything()
        self.assertEqual({kind: len(there[kind] - self.before[kind]) for kind in counts}, counts)

    def test_4a_a_node_with_a_volume_and_a_record(self):
        charms_designate('POST', '/v2/zones', {'name': ZONE, 'email': 'admin@cloud.example'})
        until(60, lambda: self.zone()['status'] == 'ACTIVE', 'zone active')
        task = result(leader(), 'create-node', *NODE, *WITH_ALL)
        self.assertEqual(task['status'], 'completed', task)
        values = task['results']
        self.assertEqual((values['node'], values['fqdn']), ('node_1', 'node-1.cloud.example'))
        server = api('GET', 'nova', '/servers/' + values['server'])['server']
        self.assertEqual((server['name'], server['status']), ('node_1', 'ACTIVE'))
        self.assertEqual([row['id'] for row in server['os-extended-volumes:volumes_attached']], [values['volume']])
        self.assertEqual(records(), {'node-1.cloud.example.': [values['address']]})
        self.made(servers=1, volumes=1, ports=1, records=1)

    def fails(self, words, *more):
        """The run takes away what it made; node_1 stays. The next one goes on by a person's word."""
        task = result(leader(), 'create-node', *NODE, *WITH_ALL, *more, 'resume=true')
        self.assertEqual(task['status'], 'failed', task)
        self.assertIn(words, task['message'])
        self.made(servers=1, volumes=1, ports=1)

    def test_4b_a_run_that_fails_takes_its_own_away(self):
        api('POST', 'nova', '/flavors', {'flavor': {'id': 'giant', 'name': 'giant', 'ram': 1 << 22, 'vcpus': 1, 'disk': 0}})
        self.fails('No valid host', 'flavor=giant')
        api('DELETE', 'nova', '/flavors/giant')
        other = charms_designate('POST', '/v2/zones/%s/recordsets' % self.zone()['id'], {
            'name': 'node-2.' + ZONE, 'type': 'A', 'records': ['192.0.2.1']})
        self.fails('192.0.2.1')
        self.assertEqual(records()['node-2.' + ZONE], ['192.0.2.1'])
        charms_designate('DELETE', '/v2/zones/%s/recordsets/%s' % (self.zone()['id'], other['id']))
        until(60, lambda: 'node-2.' + ZONE not in records(), 'record gone')

    def test_4c_a_run_that_is_killed_goes_on_with_what_it_has(self):
        unit = leader()
        task = result(unit, 'create-node', *NODE, *WITH_ALL, 'resume=true', 'wait=0')
        self.assertEqual(task['results']['result'], 'in-progress', task)
        until(60, lambda: len(everything()['servers'] - self.before['servers']) == 2, 'its server')
        number = int(unit.rpartition('/')[2])
        machine(number, 'systemctl', 'kill', '--signal=KILL', 'nova-compute-node.service')
        task = result(unit, 'create-node')
        self.assertEqual((task['status'], task['results'].get('node')), ('completed', 'node_2'), task)
        self.made(servers=2, volumes=2, ports=2, records=2)

    def test_4d_nodes_are_taken_away(self):
        for node in ('node=node_1', 'index=2'):
            task = result(leader(), 'delete-node', node, 'base-name=node', 'domain=cloud.example')
            self.assertEqual((task['status'], task['results'].get('result')), ('completed', 'done'), task)
        self.check_nothing_is_left()


if __name__ == '__main__':
    real.main()
