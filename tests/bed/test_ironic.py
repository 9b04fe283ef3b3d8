"""Bare-metal units on real machines, with a real Nova and a real Ironic (hardware of type fake-hardware): six shards are run by three units,
then by four; nodes are reserved and released, and given to the shards; one unit leaves, the machine of another goes off and comes back.
Every node stays with one service, every instance can be deleted by whoever runs its shard now, and no shard has two processes at any time.

NCC_NODES: nodes that the shards of the application have in the end. nova-compute takes up five or six a second on a machine of two cores.
Ironic has three times as many more of others, a thousand in all at least. One world for the whole file; the tests run in the order of their
names. Exit status 77 (skipped) where the bed cannot run.
"""
import collections
import json
import os
import time

import real
from metal import READY, RELATIONS, UNIT, Metal, Watch, all_nodes, ironic, shard_of, units_of
from real import BIN, CHARM, HERE, api, bed, juju, leader, machine, result, run, statuses, unit_log, until

NODES = int(os.environ.get('NCC_NODES', 60))
FULLER = NODES // 5  # more on the first shard than on each other
ORPHANS = NODES // 5
GIVEN_UP = 5  # on a shard that no nova-compute runs any more
OTHERS = max(1000, 4 * NODES) - NODES
SHARDS = ['nova-compute-%d' % number for number in range(6)]


class Ironic(Metal):
    watch = Watch(SHARDS)
    servers = {}  # shard -> (server, node)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.watch.start()

    @classmethod
    def tearDownClass(cls):
        cls.watch.ended.set()
        super().tearDownClass()

    def tearDown(self):
        self.assertEqual(self.watch.twice, [])

    @staticmethod
    def runs(numbers):
        """Machine -> the shards that run on it, by what its own ps shows."""
        return {number: sorted({shard_of(line) for line in machine(number, 'ps', '-eo', 'args').splitlines()} - {''})
                for number in numbers}

    def spread(self, numbers):
        """Waits until these machines run all shards, each one once, counts within one, and their units are ready. The hooks that units
        ask for with juju-exec are ticks here: a machine of the bed cannot reach the model."""
        def reached():
            juju('world', 'tick')
            there = self.runs(numbers)
            counts = [len(shards) for shards in there.values()]
            return (sorted(sum(there.values(), [])) == SHARDS and max(counts) - min(counts) <= 1 and
                    all(statuses()[UNIT % number] == READY for number in numbers) and there)
        begin = time.monotonic()
        try:
            there = until(600, reached, 'all shards on %s' % numbers)
        except AssertionError as error:
            raise AssertionError('%s: %s\n%s\n%s' % (error, self.runs(numbers), statuses(), unit_log(numbers[0])[-3000:]))
        print('figure: spread over %d units %.0f s after the command returned: %s' % (
            len(numbers), time.monotonic() - begin, {number: len(shards) for number, shards in there.items()}))
        return there

    def deletes(self, shard):
        self.ends(shard, *self.servers.pop(shard))

    def puts(self, shard, server):
        self.servers[shard] = (server, self.deployed(shard, server))

    def works(self, shard):
        """Its instance ends, another comes."""
        self.deletes(shard)
        self.puts(shard, self.deploy(shard))

    def all_stay(self):
        for shard, (server, node) in self.servers.items():
            self.stays(shard, server, node)

    @staticmethod
    def counts():
        """Shard -> number of its nodes, None for those without; as Ironic has it."""
        return collections.Counter(node['shard'] for node in all_nodes().values())

    def test_01_the_watch_sees_two_processes_of_one_shard(self):
        """Stand-ins on two machines; what one of them has forked does not count."""
        name, watch = '/usr/bin/python3 /usr/bin/nova-compute --config-file=/etc/nova/shards/twin.conf', Watch(['twin'])
        hosts = ['twin0', 'twin1']
        for number, host in enumerate(hosts):
            bed('unit', 'up', host, '10.77.0.%d' % (90 + number))
        forking = '''exec -a "$0" bash -c '(exec -a "$0" sleep 600) & wait' "$0"'''
        bed('unit', 'exec', hosts[0], 'systemd-run', 'bash', '-c', forking, name)
        until(20, lambda: watch.look() or watch.seen == {'twin'}, 'the first is seen')
        for _ in range(5):
            watch.look()
        self.assertEqual(watch.twice, [])
        bed('unit', 'exec', hosts[1], 'systemd-run', 'bash', '-c', 'exec -a "$0" sleep 600', name)
        until(20, lambda: watch.look() or watch.twice, 'both are seen')
        for host in hosts:
            bed('unit', 'down', host)

    def test_02_nodes_of_six_shards_and_many_more_of_others(self):
        bed('nodes', NODES - FULLER - ORPHANS - GIVEN_UP, 'metal', *SHARDS)
        bed('nodes', FULLER, 'metal', SHARDS[0])
        bed('nodes', ORPHANS, 'metal')
        bed('nodes', GIVEN_UP, 'metal', 'given-up')
        bed('nodes', OTHERS, 'metal', 'elsewhere-1', 'elsewhere-2')
        counts = {row['name']: row['count'] for row in ironic('GET', '/shards')['shards']}
        self.assertEqual((counts['None'], counts['given-up'], sum(counts.values())), (ORPHANS, GIVEN_UP, NODES + OTHERS))
        self.assertEqual(sorted(counts), sorted(['None', 'elsewhere-1', 'elsewhere-2', 'given-up'] + SHARDS))

    def test_03_three_units_run_two_shards_each(self):
        juju('deploy', CHARM, '-n', 3, '--machine-command', HERE / 'machine-driver', '--config', 'virt-type=ironic',
             '--config', 'ironic-shards=6')
        for endpoint, other in RELATIONS.items():
            juju('integrate', 'nova-compute:' + endpoint, other)
        self.spread([0, 1, 2])
        self.assertEqual(self.services(), dict.fromkeys(SHARDS, 'up'))

    def test_04_every_node_of_the_shards_is_a_hypervisor_and_no_other(self):
        begin = time.monotonic()
        self.each_node_has_one_owner(SHARDS, 60 + NODES)
        print('figure: %d nodes in Nova %.0f s after the units were ready' % (len(self.owners()), time.monotonic() - begin))

    def test_05_servers_come_to_nodes_of_each_shard(self):
        self.make_flavor()
        servers = {shard: self.deploy(shard) for shard in SHARDS}
        for shard, server in servers.items():
            self.puts(shard, server)

    def test_06_a_node_is_reserved_by_what_it_has_and_nova_cannot_take_it(self):
        shard = SHARDS[1]
        fast, booting = self.free(shard)[:2]
        ironic('PUT', '/nodes/%s/traits' % fast, {'traits': ['CUSTOM_FAST']})
        ironic('PATCH', '/nodes/' + booting, [{'op': 'add', 'path': '/properties/capabilities', 'value': 'boot_mode:uefi'}])
        made = self.reserved('fast', 'resource-class=metal', 'traits=CUSTOM_FAST')
        again = self.reserved('fast', 'resource-class=metal')
        sized = self.reserved('booting', 'memory=8192', 'vcpus=4', 'root-disk=100', 'capabilities=boot_mode:uefi')
        self.assertEqual((made['node'], sized['node'], again['allocation']), (fast, booting, made['allocation']))
        for one in (made, sized):
            node = ironic('GET', '/nodes/' + one['node'])
            self.assertEqual((node['instance_uuid'], node['allocation_uuid']), (one['allocation'], one['allocation']))
        self.refused('other', 'resource-class=metal', 'traits=CUSTOM_OTHER')
        self.refused('large', 'memory=8193')
        self.assertEqual(sorted(row['name'] for row in self.allocations()), ['booting', 'fast'])

        server = self.deploy(shard, fast)
        row = until(300, lambda: next((row for row in [api('GET', 'nova', '/servers/' + server)['server']] if row['status'] != 'BUILD'), None),
                    'Nova gives up')
        self.assertEqual(row['status'], 'ERROR', row)
        self.delete(server)
        self.assertEqual(self.nodes(shard)[fast]['instance_uuid'], made['allocation'])

    def test_07_status_counts_what_is_on_the_shards(self):
        server, node = self.servers[SHARDS[2]]
        backfilled = ironic('POST', '/allocations', {'name': 'had', 'node': node})
        self.assertEqual((backfilled['state'], backfilled['uuid']), ('active', server))
        lost = self.free(SHARDS[3])[0]
        nobody = '5e000000-0000-4000-8000-000000000001'
        ironic('PATCH', '/nodes/' + lost, [{'op': 'add', 'path': '/instance_uuid', 'value': nobody}])
        shown = result(leader(), 'ironic-status')['results']
        counts, there = self.counts(), self.runs([0, 1, 2])
        for row in json.loads(shown['shards']):
            shard = row['shard']
            reserved, with_instance = 2 * (shard == SHARDS[1]), 1 + (shard == SHARDS[3])
            self.assertEqual(row, {
                'shard': shard, 'unit': next(UNIT % number for number in there if shard in there[number]),
                'claimed-by': [row['unit']], 'service': 'up', 'nodes': counts[shard], 'with-instance': with_instance,
                'reserved': reserved, 'free': counts[shard] - reserved - with_instance, 'maintenance': 0, 'moving': 0})
        self.assertEqual(shown['without-shard'], str(ORPHANS))
        self.assertEqual(shown['imbalance'], str(max(counts[shard] for shard in SHARDS) - min(counts[shard] for shard in SHARDS)))
        dangling = [(row['node'], row['instance'], row['allocation']) for row in json.loads(shown['dangling'])]
        self.assertIn((lost, nobody, False), dangling)
        self.assertEqual([row for row in dangling if not row[2]], [(lost, nobody, False)])
        ironic('PATCH', '/nodes/' + lost, [{'op': 'remove', 'path': '/instance_uuid'}])

    def test_08_a_reservation_is_released_and_one_without_its_server_on_request(self):
        server, _ = self.servers[SHARDS[0]]
        self.reserved('kept', 'resource-class=metal', 'server=' + server)
        self.reserved('left', 'resource-class=metal', 'server=5e000000-0000-4000-8000-000000000002')
        self.assertEqual(self.released('left-over=true', 'plan=true'), {'left': 'done'})
        self.assertEqual(len(self.allocations()), 5)
        self.assertEqual(self.released('left-over=true'), {'left': 'done'})
        self.assertEqual(self.released('name=fast'), {'fast': 'done'})
        self.assertEqual(self.released('name=fast'), {})
        task = result(leader(), 'release', 'name=had')
        row, = json.loads(task['results']['allocations'])
        self.assertEqual((task['status'], row['result']), ('failed', 'failed'), 'the node has an instance')
        print('figure: Ironic about it:', row['reason'])
        self.assertEqual(sorted(row['name'] for row in self.allocations()), ['booting', 'had', 'kept'])

    @staticmethod
    def allocations():
        return ironic('GET', '/allocations')['allocations']

    def reserved(self, name, *parameters):
        task = result(leader(), 'reserve', 'name=' + name, *parameters)
        self.assertEqual((task['status'], task['results'].get('result'), task['results'].get('state')), ('completed', 'done', 'active'), task)
        return task['results']

    def refused(self, name, *parameters):
        task = result(leader(), 'reserve', 'name=' + name, *parameters)
        self.assertEqual((task['status'], task['results']['result']), ('failed', 'refused'), task)

    def released(self, *parameters):
        """Name -> result."""
        task = result(leader(), 'release', *parameters)
        self.assertEqual((task['status'], task['results']['result']), ('completed', 'done'), task)
        return {row['name']: row['result'] for row in json.loads(task['results']['allocations'])}

    def reshard(self, *parameters):
        begin = time.monotonic()
        task = result(leader(), 'reshard', *parameters)
        print('figure: reshard %s: %s nodes in %.1f s' % (' '.join(parameters), task['results'].get('moved'), time.monotonic() - begin))
        self.assertEqual((task['status'], task['results'].get('result')), ('completed', 'done'), task)
        return task['results']

    def test_09_nodes_without_a_shard_come_to_the_emptiest_and_then_all_are_even(self):
        before, counts = all_nodes(), self.counts()
        planned = self.reshard('given-up=given-up', 'plan=true')
        self.assertEqual((planned['planned'], planned['moved'], self.counts()), (str(ORPHANS + GIVEN_UP), '0', counts))
        done = self.reshard('given-up=given-up')
        self.assertEqual(done['moved'], str(ORPHANS + GIVEN_UP))
        filled = self.counts()
        self.assertEqual((filled[None], filled['given-up'], filled[SHARDS[0]]), (0, 0, counts[SHARDS[0]]))
        self.within_one([filled[shard] for shard in SHARDS[1:]])
        self.reshard('orphans-only=false')
        after, even = all_nodes(), self.counts()
        self.within_one([even[shard] for shard in SHARDS])
        for uuid, node in before.items():
            if node['shard'] and (node['instance_uuid'] or node['shard'].startswith('elsewhere')):
                self.assertEqual(after[uuid]['shard'], node['shard'])
        self.assertEqual(self.reshard('orphans-only=false')['planned'], '0')
        begin = time.monotonic()
        self.each_node_has_one_owner(SHARDS, 150 + NODES)
        print('figure: each of %d nodes with its new owner %.0f s later' % (len(self.owners()), time.monotonic() - begin))
        self.all_stay()

    def within_one(self, counts):
        self.assertLessEqual(max(counts) - min(counts), 1, counts)

    def test_10_a_released_node_takes_a_server_again(self):
        shard = SHARDS[1]
        node = next(uuid for uuid in self.free(shard) if 'CUSTOM_FAST' in ironic('GET', '/nodes/%s/traits' % uuid)['traits'])
        server = self.deploy(shard, node)
        self.assertEqual(self.deployed(shard, server), node)
        self.ends(shard, server, node)

    def test_11_a_fourth_unit_takes_its_share(self):
        before = self.runs([0, 1, 2])
        juju('add-unit', 'nova-compute')
        there = self.spread([0, 1, 2, 3])
        for number, shards in before.items():
            self.assertLessEqual(set(there[number]), set(shards), 'a shard moved between units that stay')
        self.all_stay()
        self.each_node_has_one_owner(SHARDS)
        self.works(there[3][0])

    def test_12_a_unit_that_leaves_gives_its_shards_away(self):
        number = self.follower([0, 1, 2, 3])
        moved = self.runs([number])[number]
        task = result(leader(), 'scale-in', 'units=' + UNIT % number)
        row, = units_of(task)
        self.assertIn(row['result'], ('done', 'in-progress'), task)
        rest = [other for other in range(4) if other != number]
        there = self.spread(rest)
        until(120, lambda: statuses()[UNIT % number] == ('blocked', 'Scaled in: run juju remove-unit ' + UNIT % number), 'scaled in')
        self.assertEqual(self.runs([number]), {number: []})
        self.all_stay()
        self.each_node_has_one_owner(SHARDS)
        self.works(moved[0])
        juju('remove-unit', UNIT % number)
        self.assertEqual(self.spread(rest), there)
        Ironic.left = rest

    def test_13_the_shards_of_a_machine_that_is_off_are_taken_on_a_persons_word(self):
        number = self.follower(self.left)
        lost = self.runs([number])[number]
        juju('world', 'power', UNIT % number, 'off')
        word = ('handover', 'units=' + UNIT % number, 'fenced=true')
        early = result(leader(), *word)
        row, = units_of(early)
        self.assertEqual((early['status'], row['result']), ('failed', 'refused'), early)
        begin = time.monotonic()
        until(120, lambda: all(self.services()[shard] == 'down' for shard in lost), 'Nova sees the shards down')
        print('figure: Nova saw the shards down %.0f s later' % (time.monotonic() - begin))
        task = result(leader(), *word)
        row, = units_of(task)
        self.assertIn(row['result'], ('done', 'in-progress'), task)
        self.spread([other for other in self.left if other != number])
        until(60, lambda: self.services() == dict.fromkeys(SHARDS, 'up'), 'all shards up')
        self.all_stay()
        self.each_node_has_one_owner(SHARDS)
        self.works(lost[0])
        Ironic.off = number

    def test_14_that_machine_comes_back_and_takes_a_share_again(self):
        juju('world', 'power', UNIT % self.off, 'on')
        self.spread(self.left)
        self.all_stay()
        self.each_node_has_one_owner(SHARDS)
        for shard in SHARDS:
            self.deletes(shard)
        self.assertEqual(self.released('left-over=true'), {'kept': 'done'})
        self.assertEqual(self.released('name=booting'), {'booting': 'done'})
        self.assertEqual(self.allocations(), [])
        self.assertEqual(self.watch.seen, set(SHARDS))
        print('figure: %d looks for two processes of one shard' % self.watch.looks)

    def test_15_the_emulated_ironics_contract_holds_for_the_real_one(self):
        """As an administrator whose project has no nodes: Ironic trusts the project of the services with all."""
        environment = dict(os.environ, NCC_CONTRACT_AUTH_URL='http://10.77.0.1:5000/v3', NCC_CONTRACT_USER='admin',
                           NCC_CONTRACT_PASSWORD=json.loads((HERE / 'conf/accounts.json').read_text())['admin'],
                           NCC_CONTRACT_PROJECT='admin', NCC_CONTRACT_USER_DOMAIN='Default', NCC_CONTRACT_PROJECT_DOMAIN='Default',
                           NCC_CONTRACT_REGION='RegionOne')
        print(run(BIN / 'contract_cloud', '[ironic]', env=environment)[-300:])


if __name__ == '__main__':
    real.main()
