"""Units that run the compute services of bare-metal nodes: shards are shared out, taken over when a unit comes, given away when it
leaves, and handed over when it is dead. In every world no two processes of one identity ever run at the same time."""
import json
import os
import time
import unittest

from world import IRONIC_RELATIONS, MARKER, World

READY = ('active', 'Unit is ready')
SHARDS = ['nova-compute-%d' % number for number in range(6)]
NODES = 60
#: every n-th point of those at which a hook can be killed
STEP = int(os.environ.get('NCC_KILL_STEP', '8'))


def unit(number):
    return 'nova-compute/%d' % number


class IronicCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(units=3, config={'virt-type': 'ironic', 'ironic-shards': '6'})
        cls.cloud = cls.world.cloud
        cls.cloud.control('POST', 'ironic/nodes', {'count': NODES, 'shards': SHARDS, 'resource_class': 'bm'})
        cls.world.relate(*IRONIC_RELATIONS)
        until(cls.world, 'not all units are ready', lambda: all(cls.world.unit(number) == READY for number in range(3)))
        cls.world.snapshot()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def setUp(self):
        self.world.restore()

    def tearDown(self):
        self.assertEqual([line for line in self.computes() if line.get('beside')], [])
        self.assertNotIn(MARKER, self.world.everything_shown())

    def computes(self):
        """Every start and stop of a nova-compute on any machine, in their order."""
        text = self.world.driver('computes', 0)
        return [json.loads(line) for line in text.splitlines()]

    def until(self, what, condition, seconds=60):
        until(self.world, what, condition, seconds)

    def running(self):
        """unit -> hosts whose nova-compute runs there."""
        names = {entry['machine']: name for name, entry in self.units().items()}
        found = {name: set() for name in names.values()}
        for line in self.computes():
            name = names.get(line['machine'].removeprefix('machine-'))
            if name is None:
                continue
            if line['event'] == 'start':
                found[name].add(line['host'])
            else:
                found[name].discard(line['host'])
        return found

    def units(self):
        return self.world.status()['applications']['nova-compute']['units']

    def leader(self):
        return next(int(name.split('/')[1]) for name, entry in self.units().items() if entry.get('leader'))

    def counts(self):
        return sorted(len(shards) for shards in self.running().values())

    def all_run_once(self):
        return sorted(shard for shards in self.running().values() for shard in shards) == SHARDS

    def hosts_of_nodes(self):
        """shard -> compute hosts that its nodes have in Nova."""
        hypervisors = {row['id']: row['host'] for row in self.cloud.state()['hypervisors']}
        found = {}
        for node in self.cloud.state()['ironic_nodes']:
            found.setdefault(node['shard'], set()).add(hypervisors.get(node['uuid']))
        return found

    def settled(self, leaving):
        """The unit has left and its shards are with the others."""
        return (self.world.unit(leaving)[1].startswith('Scaled in') and self.counts() == [0, 3, 3] and self.all_run_once())


class Ironic(IronicCase):
    def test_units_share_the_shards_evenly_and_each_shard_serves_its_nodes(self):
        self.assertEqual(self.counts(), [2, 2, 2])
        self.assertTrue(self.all_run_once())
        self.assertEqual(self.hosts_of_nodes(), {shard: {shard} for shard in SHARDS})

    def test_a_unit_that_comes_takes_its_share_and_no_more_moves(self):
        before = self.running()
        self.world.juju('add-unit', 'nova-compute')
        self.until('not shared out', lambda: self.counts() == [1, 1, 2, 2] and self.all_run_once())
        kept = sum(len(before[name] & shards) for name, shards in self.running().items() if name in before)
        self.assertEqual(kept, 5)
        self.until('not ready', lambda: all(self.world.unit(number) == READY for number in range(4)))

    def test_row_87_a_unit_that_is_scaled_in_gives_its_shards_away(self):
        leader = self.leader()
        leaving = next(number for number in range(3) if number != leader)
        task = self.world.run('scale-in', 'units=' + unit(leaving), unit=leader)
        self.assertEqual(task['results']['result'], 'in-progress', task)
        self.until('it holds shards', lambda: self.world.unit(leaving) == (
            'blocked', 'Scaled in: run juju remove-unit ' + unit(leaving)))
        self.until('not taken over', lambda: self.counts() == [0, 3, 3] and self.all_run_once())
        self.assertEqual(self.hosts_of_nodes(), {shard: {shard} for shard in SHARDS})
        again = self.world.run('scale-in', 'units=' + unit(leaving), unit=leader)
        self.assertEqual((again['status'], again['results']['result']), ('completed', 'done'), again)
        self.world.juju('remove-unit', unit(leaving))
        self.assertNotIn(unit(leaving), self.units())

    def test_row_22_a_unit_that_is_recovered_takes_shards_again(self):
        leader = self.leader()
        leaving = next(number for number in range(3) if number != leader)
        self.world.run('scalein-start', 'units=' + unit(leaving), unit=leader)
        self.until('it holds shards', lambda: self.world.unit(leaving) == ('maintenance', 'Tombstoned: no shards'))
        self.world.run('scalein-recover', 'units=' + unit(leaving), unit=leader)
        self.until('not shared out', lambda: self.counts() == [2, 2, 2] and self.all_run_once())
        self.until('not ready', lambda: self.world.unit(leaving) == READY)

    def test_row_8_all_units_at_once_are_refused_with_numbers(self):
        task = self.world.run('scale-in', 'units=' + ','.join(map(unit, range(3))), unit=self.leader())
        self.assertEqual((task['status'], task['results']['result']), ('failed', 'refused'), task)
        self.assertIn('0 units that can hold shards would be left, 1 must be', task['results']['units'])

    def test_row_97_a_dead_unit_is_handed_over_by_a_persons_word_alone(self):
        leader = self.leader()
        dead = next(number for number in range(3) if number != leader)
        lost = self.running()[unit(dead)]
        self.world.juju('world', 'power', unit(dead), 'off')
        early = self.world.run('handover', 'units=' + unit(dead), 'fenced=true', unit=leader)
        self.assertEqual(early['results']['result'], 'refused', early)
        self.cloud.control('POST', 'clock', {'advance': 200})
        for _ in range(2):  # a unit is silent when two looks a minute apart say so
            self.world.juju('world', 'tick')
            self.cloud.control('POST', 'clock', {'advance': 100})
        self.assertEqual(self.counts(), [0, 2, 2], 'nobody takes the shards of a unit that may live')
        task = self.world.run('handover', 'units=' + unit(dead), 'fenced=true', unit=leader)
        self.assertEqual(task['results']['result'], 'in-progress', task)
        self.until('not taken over', lambda: self.all_run_once())
        self.assertEqual((self.counts(), len(lost)), ([0, 3, 3], 2))
        self.assertEqual(self.hosts_of_nodes(), {shard: {shard} for shard in SHARDS})
        self.world.juju('world', 'power', unit(dead), 'on')
        self.until('no share for the unit that is back', lambda: self.counts() == [2, 2, 2] and self.all_run_once())
        self.until('not ready', lambda: all(self.world.unit(number) == READY for number in range(3)))

    def test_a_unit_that_is_removed_at_once_gives_its_shards_away_before_it_goes(self):
        leaving = next(number for number in range(3) if number != self.leader())
        self.world.juju('remove-unit', unit(leaving))
        self.until('not taken over', lambda: self.counts() == [3, 3] and self.all_run_once())

    def test_the_leader_leaves_as_any_other_unit(self):
        leader = self.leader()
        self.world.run('scalein-start', unit=leader)
        self.until('it holds shards', lambda: self.world.unit(leader) == ('maintenance', 'Tombstoned: no shards'))
        self.until('not taken over', lambda: self.counts() == [0, 3, 3] and self.all_run_once())

    def test_a_paused_unit_stops_its_shards_and_nobody_takes_them(self):
        self.world.run('pause', unit=1)
        self.until('they run', lambda: self.counts() == [0, 2, 2])
        self.world.juju('world', 'tick')
        self.assertEqual(self.counts(), [0, 2, 2])
        self.world.run('resume', unit=1)
        self.until('they do not run again', lambda: self.counts() == [2, 2, 2] and self.all_run_once())

    def test_after_a_reboot_the_unit_runs_its_shards_again(self):
        before = self.running()
        self.world.juju('world', 'reboot', unit(1))
        self.until('they do not run again', lambda: self.running() == before)
        self.until('not ready', lambda: self.world.unit(1) == READY)

    def test_more_and_fewer_shards_are_shared_out_anew(self):
        self.world.juju('config', 'nova-compute', 'ironic-shards=4')
        self.until('not given up', lambda: self.counts() == [1, 1, 2])
        self.assertEqual(sorted(sum(map(sorted, self.running().values()), [])), SHARDS[:4])
        self.world.juju('config', 'nova-compute', 'ironic-shards=6')
        self.until('not taken', lambda: self.counts() == [2, 2, 2] and self.all_run_once())

    def test_row_102_reshard_gives_nodes_without_a_shard_to_the_emptiest(self):
        self.cloud.control('POST', 'ironic/nodes', {'count': 12, 'prefix': 'new', 'resource_class': 'bm'})
        leader = self.leader()
        planned = self.world.run('reshard', 'plan=true', unit=leader)['results']
        self.assertEqual((planned['result'], planned['moved']), ('done', '0'), planned)
        self.assertEqual(sum(node['shard'] is None for node in self.cloud.state()['ironic_nodes']), 12)
        done = self.world.run('reshard', unit=leader)
        self.assertEqual((done['status'], done['results']['result'], done['results']['moved']), ('completed', 'done', '12'), done)
        shards = [node['shard'] for node in self.cloud.state()['ironic_nodes']]
        self.assertEqual({shard: shards.count(shard) for shard in set(shards)}, {shard: NODES // 6 + 2 for shard in SHARDS})
        other = next(number for number in range(3) if number != leader)
        self.assertEqual(self.world.run('reshard', unit=other)['status'], 'failed')

    def test_a_reservation_is_made_found_again_and_given_back(self):
        made = self.world.run('reserve', 'name=db1', 'resource-class=bm', unit=1)['results']
        again = self.world.run('reserve', 'name=db1', 'resource-class=bm', unit=0)['results']
        self.assertEqual((made['result'], again['allocation'], again['node']), ('done', made['allocation'], made['node']))
        node = next(row for row in self.cloud.state()['ironic_nodes'] if row['uuid'] == made['node'])
        self.assertEqual(node['instance_uuid'], made['allocation'])
        shards = json.loads(self.world.run('ironic-status', unit=1)['results']['shards'])
        self.assertEqual((sum(row['reserved'] for row in shards), sum(row['free'] for row in shards)), (1, NODES - 1))
        released = self.world.run('release', 'name=db1', unit=1)
        self.assertEqual((released['status'], released['results']['result']), ('completed', 'done'), released)
        self.assertEqual(self.cloud.state()['ironic_allocations'], [])

    def test_a_server_on_a_node_with_an_allocation_counts_as_one(self):
        server, node = 'aaaaaaaa-0000-4000-8000-000000000002', next(row for row in self.cloud.state()['ironic_nodes'] if row['shard'] == SHARDS[0])
        flavor, image = (self.cloud.state()[kind][0]['id'] for kind in ('flavors', 'images'))
        self.cloud.control('POST', 'state', {'servers': [{'id': server, 'name': 'metal', 'status': 'ACTIVE', 'host': SHARDS[0],
                                                          'node': node['uuid'], 'flavor': flavor, 'image': image}]})
        self.cloud.control('POST', 'ironic/nodes/' + node['uuid'], {
            'instance_uuid': server, 'provision_state': 'active', 'allocation_uuid': server})
        results = self.world.run('ironic-status', unit=1)['results']
        shown = json.loads(results['shards'])[0]
        self.assertEqual((shown['with-instance'], shown['reserved'], shown['free'], results['dangling']), (1, 0, 9, '[]'))

    def test_a_reservation_that_no_node_fits_leaves_nothing_behind(self):
        task = self.world.run('reserve', 'name=big', 'memory=999999999', unit=1)
        self.assertEqual((task['status'], task['results']['result']), ('failed', 'refused'), task)
        self.assertIn('none of %d free nodes has 999999999 MiB' % NODES, task['message'])
        self.assertEqual(self.cloud.state()['ironic_allocations'], [])

    def test_a_reservation_goes_with_its_server(self):
        gone = 'aaaaaaaa-0000-4000-8000-000000000001'
        self.world.run('reserve', 'name=left', 'resource-class=bm', 'server=' + gone, unit=1)
        self.world.run('reserve', 'name=kept', 'resource-class=bm', unit=1)
        shown = json.loads(self.world.run('release', 'left-over=true', 'plan=true', unit=1)['results']['allocations'])
        self.assertEqual([row['name'] for row in shown], ['left'])
        self.assertEqual(len(self.cloud.state()['ironic_allocations']), 2)
        self.world.run('release', 'left-over=true', unit=1)
        self.assertEqual([row['name'] for row in self.cloud.state()['ironic_allocations']], ['kept'])

    def test_instance_count_is_that_of_the_units_shards_and_no_vm_is_booted(self):
        self.assertEqual(self.world.run('instance-count', unit=1)['results']['instance-count'], '0')
        self.assertIn('virt-type', self.world.run('verify', unit=1)['message'])

    def test_ironic_status_counts_what_is_on_the_shards(self):
        results = self.world.run('ironic-status', unit=1)['results']
        shards = json.loads(results['shards'])
        self.assertEqual([row['shard'] for row in shards], SHARDS)
        self.assertEqual({(row['nodes'], row['free'], row['service']) for row in shards}, {(10, 10, 'up')})
        self.assertEqual([[row['unit']] for row in shards], [row['claimed-by'] for row in shards])
        self.assertEqual({row['shards'] for row in json.loads(results['units'])}, {2})
        self.assertEqual((results['imbalance'], results['without-shard'], results['dangling']), ('0', '0', '[]'))


class Killed(IronicCase):
    """A hook of each of the three that take part is killed at its n-th tool call, or its writes are refused: the same end."""

    def leaves_all_the_same(self, victim_of, *fault):
        self.world.restore()
        leader = self.leader()
        leaving, taking = (number for number in range(3) if number != leader)
        victim = {'leader': leader, 'leaving': leaving, 'taking': taking}[victim_of]
        self.world.juju('world', 'fault', unit(victim), *fault)
        self.world.run('scale-in', 'units=' + unit(leaving), unit=leader)
        again = self.world.run('scale-in', 'units=' + unit(leaving), unit=leader)  # the first may have been the victim
        self.assertIn(again['results'].get('result'), ('in-progress', 'done'), again)

        def settled():
            self.world.juju('world', 'settle', '--retry')
            return self.settled(leaving)
        self.until('not settled', settled)
        self.assertEqual([line for line in self.computes() if line.get('beside')], [])

    def test_killed_at_any_tool_call(self):
        for victim in ('leader', 'leaving', 'taking'):
            for call in range(1, 50, STEP):
                with self.subTest(victim=victim, call=call):
                    self.leaves_all_the_same(victim, 'kill-hook-at-tool=%d' % call)

    def test_a_refused_flush(self):
        for victim in ('leader', 'leaving', 'taking'):
            for flush in ('refused', 'leadership-lost'):
                with self.subTest(victim=victim, flush=flush):
                    self.leaves_all_the_same(victim, 'flush=' + flush)


def until(world, what, condition, seconds=60):
    """Hooks that are due run between two looks: units ask for them at times of their own."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(what + '\n' + world.juju('status') + world.unit_log()[-6000:])
        time.sleep(0.2)
        world.juju('world', 'settle')


if __name__ == '__main__':
    unittest.main()
