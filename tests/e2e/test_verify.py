"""verify by the packed charm: all steps pass, the broken one is named, and nothing of it is left in the cloud on any path. Every
fault at every request, and death at every effect, are in tests/verify."""
import json
import unittest

from world import MARKER, World

#: what a proof might leave in the cloud
KINDS = ('servers', 'keypairs', 'images', 'security_groups', 'volumes', 'ports', 'allocations')
ALL = ['service', 'hypervisor', 'inventory', 'chassis', 'metadata', 'keypair', 'flavor', 'image', 'security-group', 'boot', 'host',
       'console', 'vnc', 'volume', 'resize-revert', 'resize', 'delete']


class Verify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(units=2, config={'enable-resize': 'true'}).related()
        for number in range(2):
            assert cls.world.unit(number) == ('active', 'Unit is ready'), cls.world.unit(number)

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def setUp(self):
        self.whole = self.world.cloud.state()

    def tearDown(self):
        self.assertEqual(self.things(self.world.cloud.state()), self.things(self.whole), 'something is left')
        self.assertNotIn(MARKER, self.world.everything_shown())
        self.assertNotIn('%3Ftoken', self.world.everything_shown(), 'the way to a screen is shown')
        self.world.cloud.control('DELETE', 'faults')
        self.world.cloud.control('PUT', 'state', self.whole)

    def things(self, state):
        flavors = [flavor for flavor in state['flavors'] if not flavor['deleted']]
        return {kind: state[kind] for kind in KINDS} | {'flavors': flavors}

    def change(self, **settings):
        self.world.cloud.control('POST', 'state', {'settings': settings})

    def fault(self, **fault):
        self.world.cloud.control('POST', 'faults', fault)

    def verify(self, *parameters):
        self.result = self.world.run('verify', *parameters)
        self.steps = json.loads(self.result['results'].get('checks', '[]'))
        failed = [step['check'] for step in self.steps if step['result'] == 'failed']
        return self.result['status'], failed, self.result.get('message', '')

    def requests(self, method, end):
        return sum(row['method'] == method and row['path'].endswith(end)
                   for row in self.world.cloud.control('GET', 'requests')['requests'])

    def host(self):
        return self.world.run('node-name')['results']['node-name']

    def test_row_120_every_step_of_a_new_unit_passes(self):
        status, failed, message = self.verify('network=net')
        self.assertEqual((status, failed), ('completed', []), message)
        self.assertEqual([step['check'] for step in self.steps], ALL)
        self.assertEqual({step['result'] for step in self.steps}, {'passed'}, self.steps)
        results = self.result['results']
        self.assertEqual(results['result'], 'passed')
        for name in ALL:
            self.assertIn('\n' + name, '\n' + results['table'])

    def test_a_cloud_without_cinder_is_told_so(self):
        self.change(cinder_type='')
        status, failed, message = self.verify('checks=volume')
        self.assertEqual((status, failed), ('completed', []), message)
        self.assertIn('skipped', [step['result'] for step in self.steps if step['check'] == 'volume'])

    def test_row_121_a_server_that_cannot_be_built_is_told_and_removed(self):
        self.change(spawn_fails={self.host(): 'no room on this host'})
        status, failed, message = self.verify('checks=boot')
        self.assertEqual((status, failed), ('failed', ['boot']), message)
        self.assertIn('boot: the server is ERROR', message)
        self.assertIn('no room on this host', message)

    def test_a_build_that_hangs_is_removed_after_the_timeout(self):
        self.change(spawn_hangs=[self.host()])
        status, failed, message = self.verify('timeout=10', 'checks=boot')
        self.assertEqual((status, failed), ('failed', ['boot']), message)
        self.assertIn('BUILD', message)

    def test_a_lost_answer_to_the_boot_leaves_no_server(self):
        before = self.requests('POST', '/servers')
        self.fault(method='POST', path='/servers$', drop='after')
        status, failed, message = self.verify('checks=boot')
        self.assertEqual(self.requests('POST', '/servers') - before, 1, 'a POST was repeated')
        self.assertEqual((status, failed), ('completed', []), message)

    def test_a_volume_that_is_refused_fails_its_step_alone(self):
        self.change(volume_quota=0)
        status, failed, message = self.verify()
        self.assertEqual((status, failed), ('failed', ['volume']), message)
        self.assertIn('413', message)

    def test_a_service_that_is_busy_for_a_moment_is_asked_again(self):
        self.fault(method='GET', path='/os-services', status=503, html=True, body='<html>busy</html>')
        status, failed, message = self.verify('checks=service')
        self.assertEqual((status, failed), ('completed', []), message)

    def test_a_disabled_host_fails_before_anything_is_booted(self):
        state = self.world.cloud.state()
        for service in state['services']:
            if service['binary'] == 'nova-compute' and service['host'] == self.host():
                service.update(enabled=False, disabled_reason='maintenance')
        self.world.cloud.control('PUT', 'state', state)
        before = self.requests('POST', '/servers')
        status, failed, message = self.verify()
        self.assertEqual((status, failed), ('failed', ['service']))
        self.assertIn('maintenance', message)
        self.assertEqual(self.requests('POST', '/servers'), before)

    def test_names_that_are_not_in_the_cloud_are_told_by_parameter(self):
        for parameter in ('image', 'flavor', 'network', 'checks'):
            with self.subTest(parameter=parameter):
                status, _, message = self.verify(parameter + '=nowhere')
                self.assertEqual(status, 'failed')
                self.assertTrue(message.startswith(parameter + ': '), message)

    def test_row_122_a_wrong_password_is_tried_once(self):
        before = self.requests('POST', '/auth/tokens')
        self.fault(method='POST', path='/auth/tokens$', count=0, status=401)
        status, _, message = self.verify()
        self.assertEqual(status, 'failed')
        self.assertIn('401', message)
        self.assertEqual(self.requests('POST', '/auth/tokens') - before, 1)

    def test_a_killed_run_is_cleaned_up_by_the_next(self):
        self.world.juju('world', 'fault', 'nova-compute/0', 'kill-hook-at-tool=45')
        status, _, message = self.verify()
        self.assertEqual(status, 'failed', message)
        self.assertEqual(self.verify('checks=boot')[:2], ('completed', []))


if __name__ == '__main__':
    unittest.main()
