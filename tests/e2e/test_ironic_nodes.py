"""Bare-metal units without shards of their own: each node goes to another unit before its host leaves."""
import json
import unittest

from scale_in_case import reasons, results, unit, units
from world import IRONIC_RELATIONS, MARKER, World

READY = ('active', 'Unit is ready')
SERVER = '5e000000-0000-4000-8000-000000000001'


class IronicNodes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(units=3, config={'virt-type': 'ironic'})
        cls.cloud = cls.world.cloud
        cls.cloud.control('POST', 'ironic/nodes', {'count': 0})
        cls.world.relate(*IRONIC_RELATIONS)
        for number in range(3):
            assert cls.world.unit(number) == READY, cls.world.unit(number)
        cls.hosts = [json.loads((cls.world.machine(number) / 'run/emulator/world.json').read_text())['fqdn'] for number in range(3)]
        cls.cloud.control('POST', 'ironic/nodes', {'count': 30, 'shards': cls.hosts, 'resource_class': 'bm'})
        cls.cloud.control('POST', 'state', {'settings': {'service_down_time': 2}})
        cls.cloud.state()
        cls.cloud.control('POST', 'discover', {'by_service': True})
        cls.world.snapshot()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def setUp(self):
        self.world.restore()
        self.cloud.control('DELETE', 'requests')

    def tearDown(self):
        self.assertNotIn(MARKER, self.world.everything_shown())

    def others(self):
        everyone = self.world.status()['applications']['nova-compute']['units']
        leader = next(int(name.split('/')[1]) for name in everyone if everyone[name].get('leader'))
        return leader, next(number for number in range(3) if number != leader)

    def service(self, number):
        return next((row for row in self.cloud.state()['services']
                     if row['host'] == self.hosts[number] and row['binary'] == 'nova-compute'), None)

    def nodes(self):
        """host -> number of its nodes: by their shards, and by their compute nodes."""
        state = self.cloud.state()
        rows = {row['id']: row['host'] for row in state['hypervisors']}
        shards, hosts = {}, {}
        for node in state['ironic_nodes']:
            shards[node['shard']] = shards.get(node['shard'], 0) + 1
            hosts[rows.get(node['uuid'])] = hosts.get(rows.get(node['uuid']), 0) + 1
        return shards, hosts

    def put_server_on(self, number):
        """A node of that unit gets an instance; its uuid."""
        node = next(node['uuid'] for node in self.cloud.state()['ironic_nodes'] if node['shard'] == self.hosts[number])
        flavor, image = (self.cloud.state()[kind][0]['id'] for kind in ('flavors', 'images'))
        self.cloud.control('POST', 'state', {'servers': [{'id': SERVER, 'name': 'metal', 'status': 'ACTIVE', 'host': self.hosts[number],
                                                          'node': node, 'flavor': flavor, 'image': image}]})
        self.cloud.control('POST', 'ironic/nodes/' + node, {'instance_uuid': SERVER, 'provision_state': 'active'})
        return node

    def test_row_87_a_unit_hands_its_nodes_over_and_leaves(self):
        _, leaving = self.others()
        task = self.world.run('handover', unit=leaving)
        self.assertEqual((task['status'], task['results']['result']), ('completed', 'done'), task)
        left = [host for host in self.hosts if host != self.hosts[leaving]]
        self.assertEqual(self.nodes(), ({host: 15 for host in left}, {host: 15 for host in left}))
        self.assertIsNone(self.service(leaving))
        self.assertEqual(self.world.unit(leaving), ('blocked', 'Scaled in: run juju remove-unit ' + unit(leaving)))
        again = self.world.run('handover', unit=leaving)
        self.assertEqual((again['status'], again['results']['result']), ('completed', 'done'), again)
        self.assertEqual(json.loads(task['results']['plan']), {unit(leaving): {host: 5 for host in left}})
        self.world.juju('remove-unit', unit(leaving))

    def test_row_88_what_needs_nova_manage_is_told_and_goes_on_afterwards(self):
        _, leaving = self.others()
        node = self.put_server_on(leaving)
        task = self.world.run('handover', unit=leaving)
        self.assertEqual(task['results']['result'], 'in-progress', task)
        commands = json.loads(task['results']['commands'])
        self.assertEqual(len(commands), 1)
        self.assertIn(node, commands[0])
        self.assertEqual([row['server'] for row in json.loads(task['results']['pending'])], [SERVER])
        self.assertTrue(self.service(leaving)['forced_down'])
        self.assertEqual(self.world.unit(leaving)[0], 'maintenance')
        self.assertEqual(self.world.run('scalein-end', unit=leaving)['status'], 'failed')
        self.world.driver('reboot', leaving)
        self.world.juju('world', 'settle')
        self.assertFalse(self.service(leaving)['running'], 'it stays stopped over a reboot')
        self.cloud.control('POST', 'ironic/move', {'node': node, 'destination': commands[0].split()[-1]})
        again = self.world.run('handover', unit=leaving)
        self.assertEqual((again['status'], again['results']['result']), ('completed', 'done'), again)
        self.assertIsNone(self.service(leaving))

    def test_a_unit_that_recovers_serves_again(self):
        _, leaving = self.others()
        self.put_server_on(leaving)
        self.world.run('handover', unit=leaving)
        self.assertTrue(self.service(leaving)['forced_down'])
        task = self.world.run('scalein-recover', unit=leaving)
        self.assertEqual((task['status'], task['results']['result']), ('completed', 'done'), task)
        service = self.service(leaving)
        self.assertEqual((service['enabled'], service['forced_down'], service['running']), (True, False, True))
        self.assertEqual(self.world.unit(leaving), READY)

    def test_row_97_only_a_unit_itself_or_a_persons_word_stops_its_nova_compute(self):
        leader, leaving = self.others()
        task = self.world.run('handover', units(leaving), unit=leader)
        self.assertEqual(results(task), {unit(leaving): 'refused'})
        self.assertIn('fenced=true', reasons(task)[unit(leaving)])
        task = self.world.run('handover', units(leaving), 'fenced=true', unit=leader)
        self.assertIn('not off', reasons(task)[unit(leaving)])
        self.assertTrue(self.service(leaving)['enabled'])
        self.world.driver('power', leaving, 'off')
        self.cloud.control('POST', 'clock', {'advance': 3})
        task = self.world.run('handover', units(leaving), 'fenced=true', unit=leader)
        self.assertEqual((task['status'], task['results']['result']), ('completed', 'done'), task)
        self.world.juju('world', 'settle')  # Juju's hook brings the machine back, and with it its nova-compute for a moment
        self.assertIsNone(self.service(leaving))
        self.assertEqual(self.world.unit(leaving), ('blocked', 'Scaled in: run juju remove-unit ' + unit(leaving)))
        self.assertEqual(sum(self.nodes()[1].values()), 30)
        self.assertNotIn(self.hosts[leaving], self.nodes()[1])

    def test_row_98_a_plan_is_shown_and_an_unmapped_host_refused(self):
        leader, leaving = self.others()
        task = self.world.run('handover', 'plan=true', unit=leaving)
        self.assertEqual(sum(json.loads(task['results']['plan'])[unit(leaving)].values()), 10, task)
        self.assertTrue(self.service(leaving)['enabled'])
        self.assertEqual(self.nodes()[0], {host: 10 for host in self.hosts})
        state = self.cloud.state()
        for row in state['services']:
            if row['host'] == self.hosts[leader]:
                row.update(mapped=False, found_by_node=False)
        self.cloud.control('PUT', 'state', state)
        task = self.world.run('handover', unit=leaving)
        self.assertIn('--by-service', reasons(task)[unit(leaving)])


if __name__ == '__main__':
    unittest.main()
