"""Bad input, HA counterparts, killed hooks, refused flushes: the same end, a clear status, no secret shown."""
import json
import unittest

from world import MARKER, RELATIONS, World, without_random

#: option -> a value that config.yaml's types let through and that is wrong
BAD_OPTIONS = {
    'virt-type': 'xen', 'os-internal-network': '10.0.0.0/99', 'cpu-mode': 'fast', 'cpu-shared-set': '3-1',
    'cpu-dedicated-set': 'a,b', 'libvirt-image-backend': 'zfs', 'instances-path': 'relative/path', 'pci-alias': '{broken',
    'pci-passthrough-whitelist': '[1]', 'hugepages': 'many', 'sysctl': '- a list', 'reserved-host-memory': '-1',
    'reserved-host-disk': '-5', 'cpu-allocation-ratio': '-1.0', 'libvirt-migration-network': 'net', 'config-flags': 'novalue',
    'ovn-bridge-mappings': 'physnet1', 'bridge-interface-mappings': 'br-ex', 'migration-auth-type': 'tls',
    'authorized-keys-path': 'keys', 'openstack-origin': 'ppa:somewhere', 'ovn-source': 'nowhere',
    'ram-allocation-ratio': '-1.0', 'disk-allocation-ratio': '-1.0', 'initial-cpu-allocation-ratio': '-1.0',
    'initial-ram-allocation-ratio': '-1.0', 'initial-disk-allocation-ratio': '-1.0', 'disk-cachemodes': 'file',
    'block-device-allocate-retries': '-1', 'live-migration-completion-timeout': '-1', 'live-migration-downtime': '-1',
    'cpu-model': 'two words', 'openstack-metadata-workers': '-1',
}
#: endpoint -> key -> values of a wrong form
BAD_KEYS = {
    'amqp': {'ssl_port': ['none of yours', '70000']},
    'cloud-compute': {'ca_cert': ['%%%'], 'network_manager': ['FlatDHCPManager'], 'known_hosts_max_index': ['x', '-1']},
    'cloud-credentials': {'credentials_port': ['x']},
    'ovsdb': {'bound-address': ['"not an address!"']},
}
#: endpoint -> keys without which the unit waits
NEEDED_KEYS = {
    'amqp': ['password'],
    'image-service': ['glance-api-server'],
    'cloud-credentials': ['credentials_host', 'credentials_port', 'credentials_protocol', 'credentials_username',
                          'credentials_password', 'credentials_project'],
    'cloud-compute': ['network_manager', 'region'],
    'ovsdb': ['bound-address'],
    'certificates': ['ca'],
}


def counterpart(endpoint):
    return RELATIONS[endpoint].split(':')[0]


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World().related()
        cls.good = cls.world.files()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def recovered(self):
        self.assertEqual(self.world.unit(), ('active', 'Unit is ready'))
        self.assertEqual(self.world.files(), self.good)

    def test_a_bad_option_is_named_and_the_last_good_files_stay(self):
        for option, value in BAD_OPTIONS.items():
            with self.subTest(option=option):
                self.world.juju('config', 'nova-compute', '%s=%s' % (option, value))
                status, message = self.world.unit()
                self.assertEqual((status, message.split(':')[:2]), ('blocked', ['config', ' ' + option]), message)
                self.assertEqual(self.world.files(), self.good)
                self.world.juju('config', 'nova-compute', '--reset', option)
        self.recovered()

    def test_a_value_of_a_wrong_form_is_named_and_the_last_good_files_stay(self):
        for endpoint, keys in BAD_KEYS.items():
            for key, values in keys.items():
                for value in values:
                    with self.subTest(endpoint=endpoint, key=key, value=value):
                        self.say(endpoint, key, value)
                        status, message = self.world.unit()
                        self.assertEqual(status, 'blocked', message)
                        self.assertTrue(message.startswith('%s: %s' % (endpoint, key)), message)
                        self.assertEqual(self.world.files(), self.good)
                        self.forget(endpoint, key)
        self.recovered()

    def test_a_broken_authority_of_the_broker_is_named(self):
        self.say('amqp', 'ssl_port', '5671')
        self.say('amqp', 'ssl_ca', '%%%')
        status, message = self.world.unit()
        self.assertEqual((status, message[:12]), ('blocked', 'amqp: ssl_ca'), message)
        self.say('amqp', 'ssl_ca', '')
        self.say('amqp', 'ssl_port', '')
        self.recovered()

    def test_a_missing_or_empty_key_is_named_and_the_last_good_files_stay(self):
        for endpoint, keys in NEEDED_KEYS.items():
            for key in keys:
                with self.subTest(endpoint=endpoint, key=key):
                    self.say(endpoint, key, '')
                    status, message = self.world.unit()
                    self.assertEqual(status, 'waiting', message)
                    self.assertTrue(message.startswith('%s: no %s yet' % (endpoint, key)), message)
                    self.assertEqual(self.world.files(), self.good)
                    self.forget(endpoint, key)
        self.recovered()

    def say(self, endpoint, key, value):
        self.world.juju('world', 'databag', counterpart(endpoint) + '/0', RELATIONS[endpoint].split(':')[1],
                        '%s=%s' % (key, value))

    def forget(self, endpoint, key):
        self.say(endpoint, key, self.original(endpoint, key))

    def original(self, endpoint, key):
        document = json.loads((self.world.counterparts / (counterpart(endpoint) + '.json')).read_text())
        bag = document['endpoints'][RELATIONS[endpoint].split(':')[1]]['unit']
        if key == 'ca':
            return (self.world.counterparts / 'pki/ca.pem').read_text()
        return bag.get(key, '').replace('{{self.address}}', self.addresses().get(endpoint, ''))

    def addresses(self):
        """Made-up addresses of played units, as they stand in files of ours."""
        nova = self.good['etc/nova/nova.conf']
        agent = self.good['etc/neutron/neutron_ovn_metadata_agent.ini']
        return {'amqp': nova.split('@', 1)[1].split(':', 1)[0], 'ovsdb': agent.split('ssl:', 1)[1].split(':', 1)[0]}


class HighAvailability(unittest.TestCase):
    def test_three_units_of_each_counterpart_in_any_order_give_stable_files(self):
        with World(counterpart_units=3, config={'enable-live-migration': 'true'}).related() as world:
            self.assertEqual(world.unit(), ('active', 'Unit is ready'))
            before = world.files()
            # A second broker has not mirrored the password yet; a controller sends other keys in another order.
            world.juju('world', 'databag', 'nova-cloud-controller/2', 'cloud-compute',
                       'known_hosts_0=', 'known_hosts_1=', 'known_hosts_max_index=', 'authorized_keys_0=', 'authorized_keys_max_index=')
            self.assertEqual(world.files(), before)
            world.juju('world', 'tick')
            self.assertEqual(world.files(), before)
            self.assertIn('\nssl:', '\n' + before['etc/neutron/neutron_ovn_metadata_agent.ini'].split('ovn_sb_connection = ')[1])
            self.assertEqual(before['etc/neutron/neutron_ovn_metadata_agent.ini'].count(':6642'), 3)


class Interrupted(unittest.TestCase):
    def test_a_hook_killed_at_any_tool_call_ends_the_same_after_it_ran_again(self):
        with World().related() as world:
            expected = {path: without_random(text) for path, text in world.files().items()}
        for call in range(1, 26, 4):
            with self.subTest(call=call), World() as world:
                world.juju('world', 'fault', 'nova-compute/0', 'kill-hook-at-tool=%d' % call)
                world.relate()
                world.juju('world', 'settle', '--retry')
                self.assertEqual(world.unit(), ('active', 'Unit is ready'))
                self.assertEqual({path: without_random(text) for path, text in world.files().items()}, expected)
                self.assertNotIn(MARKER, world.everything_shown())

    def test_a_refused_flush_is_published_again(self):
        with World() as world:
            world.juju('world', 'fault', 'nova-compute/0', 'flush=refused')
            world.relate()
            world.juju('world', 'settle', '--retry')
            self.assertEqual(world.unit(), ('active', 'Unit is ready'))


class Guards(unittest.TestCase):
    def test_built_in_ovn_and_a_subordinate_at_once_are_refused(self):
        with World().related() as world:
            before = world.files()
            world.juju('integrate', 'nova-compute:neutron-plugin', 'ovn-chassis:nova-compute')
            status, message = world.unit()
            self.assertEqual(status, 'blocked')
            self.assertIn('neutron-plugin', message)
            self.assertIn('ovsdb', message)
            self.assertEqual(world.files(), before)
            world.juju('remove-relation', 'nova-compute:neutron-plugin', 'ovn-chassis:nova-compute')
            self.assertEqual(world.unit(), ('active', 'Unit is ready'))


if __name__ == '__main__':
    unittest.main()
