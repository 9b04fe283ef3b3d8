"""create-node and delete-node by the packed charm: afterwards there is exactly the one node, or nothing; checked by everything in the cloud."""
import json
import os
import signal
import threading
import time
import unittest

from world import MARKER, World

ZONE = {'id': 'a86dba58-0043-4cc6-a1bb-69d5e86f3ca3', 'name': 'example.org.'}
OPTIONS = {'node-base-name': 'base', 'node-image': 'cirros', 'node-flavor': 'm1.tiny', 'node-network': 'net', 'node-domain': 'example.org',
           'node-user-data': '#!/bin/sh\necho xUSERDATAx @fqdn@\n'}
WHOLE = ('volume-size=10', 'volume-device=/dev/vdb', 'dns-zone=example.org')
RESUME = 'resume=true'


class Node(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(config=OPTIONS).related()
        assert cls.world.unit() == ('active', 'Unit is ready'), cls.world.unit()
        cls.cloud = cls.world.cloud
        cls.cloud.control('POST', 'state', {'zones': [ZONE], 'settings': {'designate': True}})

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def setUp(self):
        self.whole = self.cloud.state()

    def tearDown(self):
        self.cloud.control('DELETE', 'faults')
        self.cloud.control('PUT', 'state', self.whole)
        self.assertNotIn(MARKER, self.world.everything_shown())

    def settings(self, **settings):
        self.cloud.control('POST', 'state', {'settings': settings})

    def things(self):
        state = self.cloud.state()
        return [len(state[name]) for name in ('servers', 'volumes', 'records', 'ports')]

    def create(self, *parameters):
        task = self.world.run('create-node', *parameters)
        return task['status'], task.get('results', {}), task.get('message', '')

    def created(self, *parameters):
        status, results, message = self.create(*parameters)
        self.assertEqual((status, results.get('result')), ('completed', 'done'), message)
        return results

    def refused(self, *parameters):
        status, _, message = self.create(*parameters)
        self.assertEqual(status, 'failed')
        return message

    def nova_compute(self, host, action='start'):
        self.cloud.control('POST', 'compute', {'host': host, 'action': action})

    def when_active(self, name, act):
        """Runs `act` as soon as the server of that name is active; a thread to join."""
        def wait():
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                if any(server['name'] == name and server['status'] == 'ACTIVE' for server in self.cloud.state()['servers']):
                    return act()
                time.sleep(0.1)
        thread = threading.Thread(target=wait)
        thread.start()
        return thread

    def test_row_111_a_whole_node_is_made_and_taken_away_again(self):
        made = [{'id': '00000000-0000-4000-8000-00000000000%d' % number, 'name': 'base_%d' % number, 'flavor': '1',
                 'status': 'ERROR', 'image': self.whole['images'][0]['id']} for number in (1, 2, 4)]
        self.cloud.control('POST', 'state', {'servers': made})
        plan = self.create('plan=true', *WHOLE)[1]
        self.assertEqual((plan['result'], plan['node'], plan['fqdn']), ('planned', 'base_3', 'base-3.example.org'))
        self.assertEqual(self.things(), [3, 0, 0, 0])
        comes_up = self.when_active('base_3', lambda: self.nova_compute('base-3.example.org'))
        results = self.created(*WHOLE)
        comes_up.join()
        state = self.cloud.state()
        self.assertEqual((results['node'], results['hostname'], results['fqdn']), ('base_3', 'base-3', 'base-3.example.org'))
        self.assertEqual(self.things(), [4, 1, 1, 1])
        self.assertEqual(sorted(server['name'] for server in state['servers']), ['base_1', 'base_2', 'base_3', 'base_4'])
        self.assertEqual(state['volumes'][0]['status'], 'in-use')
        self.assertEqual(state['records'][0]['records'], [results['address']])
        self.assertEqual(self.world.unit(), ('active', 'Unit is ready'))
        self.assertNotIn('xUSERDATAx', self.world.unit_log() + self.world.juju('status'))
        # Its host is still in Nova.
        task = self.world.run('delete-node', 'node=base_3')
        self.assertIn('scale-in units=', task['message'])
        self.assertEqual(self.things(), [4, 1, 1, 1])
        self.nova_compute('base-3.example.org', 'delete-record')
        self.assertEqual(self.world.run('delete-node', 'index=3')['results']['result'], 'done')
        self.assertEqual(self.things(), [3, 0, 0, 0])
        self.assertIn('create-node has made no base_1', self.world.run('delete-node', 'node=base_1')['message'])

    def test_row_114_a_volume_in_error_is_removed_and_it_is_not_tried_again_by_itself(self):
        self.settings(volume_fails={'create': 1})
        self.assertIn('is in status error', self.refused(*WHOLE, 'registered=active'))
        self.assertEqual(self.things(), [0, 0, 0, 0])
        status, message = self.world.unit()
        self.assertEqual(status, 'blocked')
        self.assertIn('create-node failed: volume', message)
        self.assertIn('resume=true goes on', self.refused(*WHOLE, 'registered=active'))
        self.created(*WHOLE, 'registered=active', RESUME)
        self.assertEqual(self.things(), [1, 1, 1, 1])
        self.assertEqual(self.world.unit(), ('active', 'Unit is ready'))

    def test_row_115_a_server_in_error_is_told_and_all_goes(self):
        host = self.world.run('node-name')['results']['node-name']
        self.settings(spawn_fails={host: 'no room on this host'})
        self.assertIn('no room on this host', self.refused(*WHOLE, RESUME))
        self.assertEqual(self.things(), [0, 0, 0, 0])
        self.resumed()

    def resumed(self):
        """The unit is as it was before a failed run."""
        self.cloud.control('PUT', 'state', self.whole)
        self.created('registered=active', RESUME)

    def test_row_116_a_record_with_other_data_fails_and_stays(self):
        record = {'id': '11111111-0043-4cc6-a1bb-69d5e86f3ca3', 'zone': ZONE['id'], 'name': 'base-1.example.org.', 'records': ['10.0.0.9']}
        self.cloud.control('POST', 'state', {'records': [record]})
        self.assertIn('is there already, with 10.0.0.9', self.refused(*WHOLE, 'registered=active', RESUME))
        self.assertEqual(self.things(), [0, 0, 1, 0])
        self.resumed()

    def test_row_117_neither_volume_nor_record(self):
        self.settings(designate=False, cinder_type='')
        self.created('registered=active')
        self.assertEqual(self.things(), [1, 0, 0, 1])

    def test_row_118_a_killed_service_is_started_again_and_goes_on_with_the_same_things(self):
        self.settings(build_seconds=10_000)
        self.assertIn('goes on', self.refused(*WHOLE, 'registered=active', 'wait=0'))
        deadline = time.monotonic() + 60
        while self.things() != [1, 1, 0, 1] and time.monotonic() < deadline:
            time.sleep(0.1)
        before = self.cloud.state()
        self.assertEqual(self.things(), [1, 1, 0, 1])
        units = json.loads(self.world.driver('world', 0))['units']
        os.kill(units['nova-compute-node.service']['main_pid'], signal.SIGKILL)
        self.cloud.control('POST', 'clock', {'advance': 20_000})
        results = self.created()
        self.assertEqual(results['server'], before['servers'][0]['id'])
        self.assertEqual(results['volume'], before['volumes'][0]['id'])
        self.assertEqual(self.things(), [1, 1, 1, 1])

    def test_row_119_a_node_that_never_registers_is_kept_when_asked_and_gone_on_with(self):
        self.assertIn('out of time after 10 s', self.refused('timeout=10', 'keep-on-failure=true'))
        self.assertEqual(self.things(), [1, 0, 0, 1])
        self.nova_compute('base-1.example.org')
        self.created(RESUME)
        self.assertEqual(self.things(), [1, 0, 0, 1])

    def test_a_fault_leaves_the_one_node_or_nothing(self):
        for fault in ({'method': 'POST', 'path': '/servers$', 'drop': 'after'}, {'method': 'POST', 'path': '/volumes$', 'status': 403},
                      {'method': 'POST', 'path': '/recordsets$', 'status': 502, 'html': True},
                      {'method': 'GET', 'path': '/servers/detail$', 'status': 500}):
            with self.subTest(fault=fault):
                self.cloud.control('POST', 'faults', fault)
                status, results, message = self.create(*WHOLE, 'registered=active', RESUME)
                self.assertEqual(self.things(), [1, 1, 1, 1] if status == 'completed' else [0, 0, 0, 0], message)
                self.cloud.control('DELETE', 'faults')
                self.cloud.control('PUT', 'state', self.whole)
        self.created('registered=active', RESUME)

    def test_what_is_not_in_the_cloud_is_told_by_parameter_and_blocks_nothing(self):
        for parameter, name in (('image', 'nowhere'), ('flavor', 'nowhere'), ('network', 'nowhere'), ('base-name', 'a_b')):
            self.assertTrue(self.refused('%s=%s' % (parameter, name)).startswith(parameter + ': '))
        self.assertEqual(self.world.unit(), ('active', 'Unit is ready'))


if __name__ == '__main__':
    unittest.main()
