"""The first user story on real machines: real packages, real OVN over TLS, a real OpenStack.

The first three machines start from the layer with the packages (NCC_BARE=1: bare, too), the one that is added later is bare.

One world for the whole file; the tests run in the order of their names. Exit status 77 (skipped) where the bed cannot run.
"""
import base64
import json
import sys
import threading

import real
from real import BARE, CHARM, HERE, RELATIONS, ROOT, api, bed, juju, machine, statuses, unit_log, until

sys.path.insert(0, str(ROOT / 'tests/e2e'))
import systemd_contract  # noqa: E402


def files(number):
    """Everything the charm wrote on a machine, with checksums."""
    found = machine(number, 'sh', '-c', 'find /etc/nova /etc/neutron /etc/ovn /etc/openvswitch/system-id.conf /root/.ssh '
                                        '/var/lib/nova/.ssh -type f -exec sha256sum {} + 2>/dev/null; ovs-vsctl get Open_vSwitch . external_ids')
    return dict(line.split(None, 1)[::-1] for line in found.splitlines() if line)


class Watch(threading.Thread):
    """Looks at the cloud from outside while hosts join."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.seen = {}    # host -> its statuses, each as long as it lasts once
        self.unsafe = []  # hosts that could have been given a server (enabled, up, mapped) while they had no living chassis

    def run(self):
        while not self.ended.is_set():
            self.look()
            self.ended.wait(0.2)
        self.look()

    def look(self):
        alive = {agent['host'] for agent in api('GET', 'neutron', '/v2.0/agents')['agents']
                 if agent['alive'] and agent['agent_type'].startswith('OVN Controller')}
        services = api('GET', 'nova', '/os-services?binary=nova-compute')['services']
        mapped = {row['service']['host'] for row in api('GET', 'nova', '/os-hypervisors/detail', version='2.53')['hypervisors']}
        for service in services:
            host, states = service['host'], self.seen.setdefault(service['host'], [])
            if states[-1:] != [service['status']]:
                states.append(service['status'])
            if service['status'] == 'enabled' and service['state'] == 'up' and host in mapped and host not in alive:
                self.unsafe.append(host)


class ScaleOut(real.World):
    def test_1_three_units_are_deployed_from_the_packed_charm(self):
        juju('deploy', CHARM, '-n', 3, '--machine-command', HERE / 'machine-driver', '--config', 'virt-type=qemu',
             '--config', 'enable-live-migration=true', '--config', 'enable-resize=true')
        for number in range(3):
            if BARE:
                self.assertIn('installed ', unit_log(number))
            versions = machine(number, 'dpkg-query', '--show', 'nova-compute-qemu', 'ovn-host', 'neutron-ovn-metadata-agent')
            self.assertEqual(len(versions.splitlines()), 3, versions)

    def test_2_related_units_are_ready_and_their_hosts_were_disabled_until_then(self):
        watch = Watch()
        watch.start()
        for endpoint, other in RELATIONS.items():
            juju('integrate', 'nova-compute:' + endpoint, other)
        for _ in range(3):
            if set(statuses().values()) != {('active', 'Unit is ready')}:
                juju('world', 'tick')
        watch.ended.set()
        watch.join()
        self.assertEqual(set(statuses().values()), {('active', 'Unit is ready')}, statuses())
        self.assertEqual(watch.unsafe, [], watch.seen)
        self.assertEqual([states[-1] for states in watch.seen.values()], ['enabled'] * 3, watch.seen)
        self.assertIn('disabled', sum(watch.seen.values(), []), 'no host was seen disabled')
        for number in range(3):
            log = unit_log(number)
            if 'disabled the new service' in log:
                self.assertLess(log.index('disabled the new service'), log.index('enabled the service in Nova'))

    def test_3_nova_neutron_and_ovn_know_them(self):
        services = api('GET', 'nova', '/os-services?binary=nova-compute')['services']
        self.assertEqual(sorted((s['host'], s['status'], s['state']) for s in services),
                         [('m%d' % n, 'enabled', 'up') for n in range(3)])
        chassis = bed('ovn', 'sb', '--bare', '--columns=name', 'list', 'Chassis').split()
        self.assertEqual(sorted(chassis), ['m0', 'm1', 'm2'])
        for number in range(3):
            self.assertIn('ssl:10.77.0.10:6642', machine(number, 'ovs-vsctl', 'get', 'Open_vSwitch', '.', 'external_ids:ovn-remote'))
            self.assertEqual(machine(number, 'ovn-appctl', '-t', 'ovn-controller', 'connection-status').strip(), 'connected')

    def test_4_verify_boots_and_deletes_a_server_on_each(self):
        for number in range(3):
            name = 'nova-compute/%d' % number
            result = json.loads(juju('run', name, 'verify', 'image=tiny', 'flavor=tiny', 'network=net', '--format', 'json'))[name]
            self.assertEqual((result['status'], result['results'].get('result')), ('completed', 'passed'), result)
            steps = {step['check']: step['result'] for step in json.loads(result['results']['checks'])}
            self.assertEqual(steps.pop('volume'), 'skipped')  # this world has no Cinder; test_nodes.py has
            self.assertEqual(steps, dict.fromkeys(steps, 'passed'), result['results']['table'])
            self.assertEqual(len(steps), 16, steps)
        self.assertEqual(api('GET', 'nova', '/servers?all_tenants=1')['servers'], [])
        self.assertEqual(api('GET', 'nova', '/os-keypairs')['keypairs'], [])
        self.assertEqual([flavor['name'] for flavor in api('GET', 'nova', '/flavors?is_public=None')['flavors']
                          if flavor['name'].startswith('verify-')], [])
        self.assertEqual([group['name'] for group in api('GET', 'neutron', '/v2.0/security-groups')['security_groups']
                          if group['name'].startswith('verify-')], [])

    def test_5_two_servers_on_different_nodes_ping_each_other_through_ovn(self):
        image = api('GET', 'glance', '/v2/images?name=tiny')['images'][0]['id']
        network = api('GET', 'neutron', '/v2.0/networks?name=net')['networks'][0]['id']
        addresses = ['192.168.50.101', '192.168.50.102']
        servers = []
        for number, address in enumerate(addresses):
            data = base64.b64encode(('peers=%s\n' % addresses[1 - number]).encode()).decode()
            servers.append(api('POST', 'nova', '/servers', {'server': {
                'name': 'g%d' % number, 'imageRef': image, 'flavorRef': 'tiny', 'host': 'm%d' % number, 'user_data': data,
                'networks': [{'uuid': network, 'fixed_ip': address}]}})['server']['id'])
        try:
            for number, server in enumerate(servers):
                wanted = 'GUEST reaches ' + addresses[1 - number]
                until(300, lambda: wanted in self.console(server), wanted)
        finally:
            for server in servers:
                api('DELETE', 'nova', '/servers/' + server)
        until(60, lambda: api('GET', 'nova', '/servers?all_tenants=1')['servers'] == [], 'servers deleted')

    def test_8b_the_real_systemctl_keeps_the_contract_of_the_emulated_one(self):
        def run_in(command):
            marked = machine(2, 'sh', '-c', command + '; echo "exit $?"')
            output, _, status = marked.rpartition('exit ')
            return int(status), output
        systemd_contract.check(self, run_in)

    @staticmethod
    def service(number):
        return api('GET', 'nova', '/os-services?binary=nova-compute&host=m%d' % number)['services'][0]

    @staticmethod
    def console(server):
        if api('GET', 'nova', '/servers/' + server)['server']['status'] == 'BUILD':
            return ''
        return api('POST', 'nova', '/servers/%s/action' % server, {'os-getConsoleOutput': {}})['output']

    def test_5b_a_server_migrates_live_and_cold_with_the_keys_that_were_handed_out(self):
        image = api('GET', 'glance', '/v2/images?name=tiny')['images'][0]['id']
        server = api('POST', 'nova', '/servers', {'server': {
            'name': 'traveller', 'imageRef': image, 'flavorRef': 'tiny', 'host': 'm0', 'networks': 'none'}})['server']['id']
        try:
            self.arrives(server, 'm0', 'ACTIVE')
            api('POST', 'nova', '/servers/%s/action' % server, {'os-migrateLive': {'host': 'm1', 'block_migration': 'auto'}})
            self.arrives(server, 'm1', 'ACTIVE')
            api('POST', 'nova', '/servers/%s/action' % server, {'migrate': {'host': 'm2'}})
            self.arrives(server, 'm2', 'VERIFY_RESIZE')
            api('POST', 'nova', '/servers/%s/action' % server, {'confirmResize': None})
            self.arrives(server, 'm2', 'ACTIVE')
        finally:
            api('DELETE', 'nova', '/servers/' + server)
        until(60, lambda: api('GET', 'nova', '/servers?all_tenants=1')['servers'] == [], 'server deleted')

    @staticmethod
    def arrives(server, host, status):
        def there():
            seen = api('GET', 'nova', '/servers/' + server)['server']
            assert seen['status'] != 'ERROR', seen.get('fault')
            return (seen['OS-EXT-SRV-ATTR:host'], seen['status'], seen['OS-EXT-STS:task_state']) == (host, status, None)
        until(120, there, 'server %s on %s' % (status, host))

    def test_6_a_fourth_unit_on_a_bare_machine_becomes_ready_and_the_others_get_only_its_keys(self):
        before = [files(number) for number in range(3)]
        juju('add-unit', 'nova-compute', BED_LAYER='')
        self.assertRegex(unit_log(3), 'installed .*nova-compute-qemu')
        if statuses()['nova-compute/3'] != ('active', 'Unit is ready'):
            juju('world', 'tick')
        self.assertEqual(set(statuses().values()), {('active', 'Unit is ready')}, statuses())
        for number in range(3):
            after = files(number)
            changed = sorted(path for path in after if after[path] != before[number].get(path))
            self.assertTrue(all('/.ssh/' in path for path in changed), changed)
            self.assertEqual(sorted(before[number]), sorted(after))

    def test_7_hooks_run_again_change_nothing(self):
        before = [files(number) for number in range(4)]
        logs = [len(unit_log(number)) for number in range(4)]
        juju('world', 'tick')
        self.assertEqual([files(number) for number in range(4)], before)
        for number in range(4):
            fresh = unit_log(number)[logs[number]:]
            self.assertNotRegex(fresh, 'juju-log (wrote|restarted|changed|started|published)')

    def test_8_the_emulated_clouds_contract_holds_for_the_real_one(self):
        until(60, lambda: self.service(0)['state'] == 'up', 'nova-compute on m0 reports')
        print(real.contract('~[ironic]', 'm0', NCC_CONTRACT_CASES='100'))

    def test_9_a_unit_that_leaves_takes_its_chassis_away(self):
        juju('remove-unit', 'nova-compute/3')
        chassis = bed('ovn', 'sb', '--bare', '--columns=name', 'list', 'Chassis').split()
        self.assertEqual(sorted(chassis), ['m0', 'm1', 'm2'])
        self.assertEqual(set(statuses().values()), {('active', 'Unit is ready')}, statuses())


if __name__ == '__main__':
    real.main()
