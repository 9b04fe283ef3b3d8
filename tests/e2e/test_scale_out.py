"""The main job: units deployed from the packed charm, related, verified; what the status says on the way."""
import json
import unittest

import systemd_contract
from world import CHARM, MARKER, RELATIONS, World


class ScaleOut(unittest.TestCase):
    def test_a_related_unit_is_ready_and_verified(self):
        with World().related() as world:
            self.assertEqual(world.unit(), ('active', 'Unit is ready'))
            result = world.run('verify')
            self.assertEqual(result['status'], 'completed', result)
            self.assertEqual(result['results']['result'], 'passed')
            checks = json.loads(result['results']['checks'])
            self.assertEqual([check['check'] for check in checks if check['result'] == 'failed'], [])
            self.assertIn('delete', [check['check'] for check in checks])
            self.assertEqual(world.cloud.state()['servers'], [], 'verify left a server')

    def test_an_added_unit_becomes_ready_and_leaves_the_others_files_alone(self):
        with World().related() as world:
            before = world.files(0)
            world.juju('add-unit', 'nova-compute')
            self.assertEqual(world.unit(1), ('active', 'Unit is ready'))
            self.assertEqual(world.files(0), before)
            hosts = json.loads(world.run('list-compute-nodes')['results']['compute-nodes'])
            self.assertEqual([(host['status'], host['state']) for host in hosts], [('enabled', 'up')] * 2)

    def test_the_status_names_the_first_thing_missing(self):
        with World() as world:
            self.assertEqual(world.unit()[0], 'blocked')
            self.assertIn('Missing relations: amqp', world.unit()[1])
            world.juju('integrate', 'nova-compute:amqp', RELATIONS['amqp'])
            self.assertNotIn('amqp', world.unit()[1])

    def test_every_hook_run_twice_changes_nothing_the_second_time(self):
        with World(config={'enable-live-migration': 'true', 'enable-resize': 'true'}).related() as world:
            self.assertEqual(world.unit(), ('active', 'Unit is ready'))
            files, seen = world.files(), len(world.log())
            world.juju('world', 'tick')
            world.juju('config', 'nova-compute', 'debug=false')
            for entry in world.log()[seen:]:
                changing = [tool for tool in tools_of(entry) if tool in ('relation-set', 'state-set', 'juju-log')]
                self.assertEqual(changing, [], entry)
            self.assertEqual(world.files(), files)

    def test_no_secret_is_shown(self):
        with World(config={'enable-live-migration': 'true', 'enable-resize': 'true'}).related() as world:
            world.run('verify')
            self.assertNotIn(MARKER, world.everything_shown())
            for topic in ('files', 'plan', 'flags'):
                shown = world.juju('exec', '-u', 'nova-compute/0', '--', 'bin/charm-explain', topic)
                self.assertNotIn(MARKER, shown)
                self.assertNotIn('PRIVATE KEY', shown)

    def test_juju_4_is_served_as_well(self):
        with World(juju='4.0').related() as world:
            self.assertEqual(world.unit(), ('active', 'Unit is ready'))
            self.assertEqual(world.run('verify')['status'], 'completed')

    def test_a_refreshed_charm_changes_nothing(self):
        with World().related() as world:
            files = world.files()
            world.juju('refresh', 'nova-compute', '--path', CHARM)
            self.assertEqual(world.unit(), ('active', 'Unit is ready'))
            self.assertEqual(world.files(), files)

    def test_a_stopped_service_is_started_again_by_update_status(self):
        with World().related() as world:
            world.juju('exec', '-u', 'nova-compute/0', '--', 'systemctl stop nova-compute')
            world.juju('world', 'tick')
            self.assertEqual(world.unit(), ('active', 'Unit is ready'))
            self.assertEqual(world.juju('exec', '-u', 'nova-compute/0', '--', 'systemctl is-active nova-compute').strip(), 'active')

    def test_a_cloud_that_does_not_answer_is_named_and_asked_again(self):
        with World() as world:
            world.cloud.control('POST', 'faults', {'path': '/os-services', 'status': 500, 'count': 0})
            world.relate()
            status, message = world.unit()
            self.assertEqual(status, 'waiting', message)
            self.assertIn('nova: ', message)
            world.cloud.control('DELETE', 'faults')
            world.juju('world', 'tick')
            self.assertEqual(world.unit(), ('active', 'Unit is ready'))

    def test_the_emulated_systemctl_keeps_the_contract(self):
        with World().related() as world:
            def run(command):
                marked = world.juju('exec', '-u', 'nova-compute/0', '--', command + '; echo "exit $?"')
                output, _, status = marked.rpartition('exit ')
                return int(status), output
            systemd_contract.check(self, run)

    def test_a_unit_that_leaves_cleans_its_machine(self):
        with World(units=2).related() as world:
            root = world.machine(1)
            world.juju('remove-unit', 'nova-compute/1')
            for path in ('etc/nova/nova.conf', 'etc/ovn/key_host', 'etc/neutron/neutron_ovn_metadata_agent.ini'):
                self.assertFalse((root / path).exists(), path)
            self.assertEqual(world.unit(0), ('active', 'Unit is ready'))


def tools_of(entry):
    return [tool['argv'][0] for tool in entry['tools']]


if __name__ == '__main__':
    unittest.main()
