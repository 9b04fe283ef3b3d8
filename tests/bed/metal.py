"""Bare-metal units on real machines, with a real Nova and a real Ironic (hardware of type fake-hardware): what test_ironic.py and
test_ironic_nodes.py share. `host` is the name of a compute service, and of the shard whose nodes it serves."""
import collections
import json
import os
import pathlib
import re
import threading
import time

import real
from real import api, bed, leader, until

UNIT = 'nova-compute/%d'
READY = ('active', 'Unit is ready')
RELATIONS = {endpoint: other for endpoint, other in real.RELATIONS.items() if endpoint not in ('ovsdb', 'certificates')}
RELATIONS['ironic-api'] = 'ironic-api:ironic-api'
SHARD_FILE = re.compile(r'--config-file=/etc/nova/shards/(\S+)\.conf')
NOVA_CONF = os.environ.get('BED_STATE', '/var/tmp/nova-compute-bed') + '/run/control/etc/nova.conf'


def shard_of(arguments):
    """The shard of a nova-compute's command line; '' of any other."""
    found = SHARD_FILE.search(arguments)
    return found[1] if found and '/usr/bin/nova-compute ' in arguments.split('--', 1)[0] else ''


def units_of(task):
    """The results per unit of an action; whatever it said if it has none."""
    if 'units' not in task.get('results', {}):
        raise AssertionError('no result per unit: %s' % task)
    return json.loads(task['results']['units'])


def ironic(method, path, body=None):
    return api(method, 'ironic', '/v1' + path, body, version='1.82')


def all_nodes():
    """uuid -> node, of all shards and of none."""
    found, marker = {}, ''
    while True:
        page = ironic('GET', '/nodes?fields=uuid,shard,instance_uuid&limit=1000' + marker)['nodes']
        found.update({row['uuid']: row for row in page})
        if len(page) < 1000:
            return found
        marker = '&marker=' + page[-1]['uuid']


class Watch(threading.Thread):
    """This host sees the processes of all machines: none of these shards may have two of them at once."""

    def __init__(self, shards):
        super().__init__(daemon=True)
        self.shards = set(shards)
        self.ended = threading.Event()
        self.looks = 0
        self.seen = set()
        self.twice = []

    def run(self):
        while not self.ended.wait(0.2):
            self.look()

    def look(self):
        there = collections.Counter()
        for folder in pathlib.Path('/proc').glob('[0-9]*'):
            try:
                shard = shard_of((folder / 'cmdline').read_text().replace('\0', ' '))
                # A process that it has just forked bears the same name for a moment; systemd is no parent of that.
                if shard in self.shards and (folder.parent / self.parent(folder) / 'comm').read_text() == 'systemd\n':
                    there[shard] += 1
            except (OSError, UnicodeDecodeError):
                continue
        self.looks += 1
        self.seen |= set(there)
        self.twice += [(time.strftime('%T'), shard) for shard, count in there.items() if count > 1]

    @staticmethod
    def parent(folder):
        return (folder / 'stat').read_text().rpartition(') ')[2].split()[1]


class Metal(real.World):
    parts = ('ironic',)

    @classmethod
    def setUpClass(cls):
        real.ENVIRONMENT['BED_LAYER'] = '' if real.BARE else 'ironic'
        super().setUpClass()
        cls.begin = time.monotonic()

    @classmethod
    def tearDownClass(cls):
        print('figure: %.0f s for the tests' % (time.monotonic() - cls.begin))
        super().tearDownClass()

    @staticmethod
    def follower(numbers):
        return next(number for number in numbers if UNIT % number != leader())

    @staticmethod
    def services():
        return {row['host']: row['state'] for row in api('GET', 'nova', '/os-services?binary=nova-compute')['services']}

    @staticmethod
    def nodes(host):
        fields = 'uuid,power_state,provision_state,instance_uuid'
        return {row['uuid']: row for row in ironic('GET', '/nodes?fields=%s&limit=1000&shard=%s' % (fields, host))['nodes']}

    @classmethod
    def free(cls, host):
        """Uuids of its nodes that nobody has, in their order."""
        return sorted(uuid for uuid, node in cls.nodes(host).items() if not node['instance_uuid'])

    @staticmethod
    def owners():
        """(node, host) of each compute node of Nova."""
        rows = api('GET', 'nova', '/os-hypervisors/detail', version='2.53')['hypervisors']
        return sorted((row['hypervisor_hostname'], row['service']['host']) for row in rows)

    def each_node_has_one_owner(self, hosts, seconds=0):
        """Nova's rows: each node once, under the service of its shard, and no other node."""
        wanted = sorted((uuid, host) for host in hosts for uuid in self.nodes(host))
        end = time.monotonic() + seconds
        while self.owners() != wanted and time.monotonic() < end:
            time.sleep(1)
        self.assertEqual(self.owners(), wanted)

    @staticmethod
    def make_flavor():
        api('POST', 'nova', '/flavors', {'flavor': {'id': 'metal', 'name': 'metal', 'ram': 8192, 'vcpus': 4, 'disk': 100}})
        api('POST', 'nova', '/flavors/metal/os-extra_specs', {'extra_specs': {
            'resources:CUSTOM_METAL': '1', 'resources:VCPU': '0', 'resources:MEMORY_MB': '0', 'resources:DISK_GB': '0'}})
        project = api('GET', 'keystone', '/v3/projects?name=admin')['projects'][0]['id']
        api('PUT', 'nova', '/os-quota-sets/' + project, {'quota_set': {'cores': -1, 'ram': -1, 'instances': -1}})

    @staticmethod
    def deploy(host, node=None):
        """A server for that host, and that node if one is given; its uuid."""
        image = api('GET', 'glance', '/v2/images?name=tiny')['images'][0]['id']
        where = {'host': host, 'hypervisor_hostname': node} if node else {'host': host}
        return api('POST', 'nova', '/servers', {'server': dict(
            where, name='on ' + host, imageRef=image, flavorRef='metal', networks='none')})['server']['id']

    def deployed(self, host, server):
        """The node on which the server runs now. A deployment on hardware of type fake leaves the power off, and Nova stops a server whose
        node is off at its next look."""
        def runs():
            row = api('GET', 'nova', '/servers/' + server)['server']
            self.assertNotEqual(row['status'], 'ERROR', row.get('fault'))
            if row['status'] not in ('ACTIVE', 'SHUTOFF') or row['OS-EXT-STS:task_state']:
                return None
            node = row['OS-EXT-SRV-ATTR:hypervisor_hostname']
            if row['status'] == 'SHUTOFF':
                api('POST', 'nova', '/servers/%s/action' % server, {'os-start': None})
            elif self.nodes(host)[node]['power_state'] == 'power on':
                return node
            else:
                power = '/v1/nodes/%s/states/power' % node
                bed('api', 'PUT', 'ironic', power, '{"target": "power on"}', '1.82', check=False)  # 409 while it is locked
            return None
        node = until(300, runs, 'server on %s ACTIVE' % host)
        self.stays(host, server, node)
        return node

    def stays(self, host, server, node):
        row = api('GET', 'nova', '/servers/' + server)['server']
        self.assertEqual((row['status'], row['OS-EXT-SRV-ATTR:host'], row['OS-EXT-SRV-ATTR:hypervisor_hostname']), ('ACTIVE', host, node))
        self.assertEqual(self.nodes(host)[node]['instance_uuid'], server)

    @staticmethod
    def delete(server):
        api('DELETE', 'nova', '/servers/' + server)
        until(300, lambda: server not in {row['id'] for row in api('GET', 'nova', '/servers?all_tenants=1')['servers']}, 'deleted')

    def ends(self, host, server, node):
        """The instance ends, and its node can be used again: that host's nova-compute did it."""
        self.delete(server)
        until(120, lambda: (self.nodes(host)[node]['provision_state'], self.nodes(host)[node]['instance_uuid']) == ('available', None),
              'node of %s available' % host)
