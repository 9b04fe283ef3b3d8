"""verify against a cloud with faults: the failed check is named, and nothing of it is left in the cloud on any path."""
import json
import unittest

from world import MARKER, World


class Verify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World().related()
        assert cls.world.unit() == ('active', 'Unit is ready'), cls.world.unit()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def setUp(self):
        self.whole = self.world.cloud.state()

    def tearDown(self):
        self.assertEqual(self.world.cloud.state()['servers'], [], 'a server is left')
        self.assertNotIn(MARKER, self.world.everything_shown())
        self.world.cloud.control('PUT', 'state', self.whole)

    def change(self, **settings):
        state = self.world.cloud.state()
        state['settings'].update(settings)
        self.world.cloud.control('PUT', 'state', state)

    def fault(self, **fault):
        self.world.cloud.control('POST', 'faults', fault)

    def verify(self, *parameters):
        result = self.world.run('verify', *parameters)
        failed = [check['check'] for check in json.loads(result['results'].get('checks', '[]')) if not check['passed']]
        return result['status'], failed, result.get('message', '')

    def boots(self):
        return sum(row['method'] == 'POST' and row['path'].endswith('/servers')
                   for row in self.world.cloud.control('GET', 'requests')['requests'])

    def host(self):
        return self.world.run('node-name')['results']['node-name']

    def test_a_server_that_cannot_be_built_is_told_and_removed(self):
        self.change(spawn_fails={self.host(): 'no room on this host'})
        status, failed, message = self.verify()
        self.assertEqual((status, failed), ('failed', ['boot']), message)
        self.assertIn('boot: the server is ERROR', message)

    def test_a_build_that_hangs_is_removed_after_the_timeout(self):
        self.change(spawn_hangs=[self.host()])
        status, failed, message = self.verify('timeout=10')
        self.assertEqual((status, failed), ('failed', ['boot']), message)
        self.assertIn('BUILD', message)

    def test_a_lost_answer_to_the_boot_leaves_no_server(self):
        before = self.boots()
        self.fault(method='POST', path='/servers$', drop='after')
        status, failed, message = self.verify()
        self.assertEqual(self.boots() - before, 1, 'a POST was repeated')
        self.assertEqual((status, failed), ('completed', []), message)

    def test_a_service_that_is_busy_for_a_moment_is_asked_again(self):
        self.fault(method='GET', path='/os-services', status=503, html=True, body='<html>busy</html>')
        status, failed, message = self.verify()
        self.assertEqual((status, failed), ('completed', []), message)

    def test_a_disabled_host_fails_before_anything_is_booted(self):
        state = self.world.cloud.state()
        for service in state['services']:
            if service['binary'] == 'nova-compute':
                service.update(enabled=False, disabled_reason='maintenance')
        self.world.cloud.control('PUT', 'state', state)
        status, failed, message = self.verify()
        self.assertEqual((status, failed), ('failed', ['service']))
        self.assertIn('maintenance', message)

    def test_names_that_are_not_in_the_cloud_are_told_by_parameter(self):
        for parameter in ('image', 'flavor', 'network'):
            with self.subTest(parameter=parameter):
                status, _, message = self.verify(parameter + '=nowhere')
                self.assertEqual(status, 'failed')
                self.assertTrue(message.startswith(parameter + ': '), message)

    def test_a_killed_run_is_cleaned_up_by_the_next(self):
        self.world.juju('world', 'fault', 'nova-compute/0', 'kill-hook-at-tool=37')
        status, _, message = self.verify()
        self.assertEqual(status, 'failed', message)
        self.assertEqual(self.verify()[:2], ('completed', []))


if __name__ == '__main__':
    unittest.main()
