"""Scale-in on real machines: two of four nodes leave with running guests on them, which are pinged all the while; a router's gateway
that is active on a leaving chassis moves first; afterwards nobody knows the two, and their names and addresses can be used again.

One world for the whole file; the tests run in the order of their names. Exit status 77 (skipped) where the bed cannot run.
"""
import json
import os
import re
import signal
import subprocess

import real
from real import CHARM, HERE, RELATIONS, api, bed, juju, machine, statuses, unit_log, until

UNIT = 'nova-compute/%d'
OUTSIDE = '10.79.0.200'   # floating address of the first guest
READY = ('active', 'Unit is ready')


def ping(address, *where):
    """Pings every 0.1 s in the background; `where` is a unit, and what goes in front of the command there."""
    command = [str(real.BED), 'unit', 'exec', *where, 'ping', '-i', '0.1', '-c', '9000', '-W', '1', address]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def lost(pinger):
    """(sent, lost, longest gap) of a pinger that is told to stop."""
    os.killpg(pinger.pid, signal.SIGINT)
    output = pinger.communicate(timeout=120)[0]
    answered = sorted({int(number) for number in re.findall(r'icmp_seq=(\d+) ttl', output)})
    if not answered:
        return 0, 0, 0
    gaps = [after - before - 1 for before, after in zip(answered, answered[1:])]
    return answered[-1] - answered[0] + 1, sum(gaps), max(gaps, default=0)


class ScaleIn(real.World):
    servers = {}

    @staticmethod
    def result(unit, action, *parameters):
        return json.loads(juju('run', unit, action, *parameters, '--format', 'json', check=False))[unit]

    @staticmethod
    def leader():
        units = json.loads(juju('status', '--format=json'))['applications']['nova-compute']['units']
        return next(name for name, unit in units.items() if unit.get('leader'))

    @classmethod
    def batch(cls):
        """The units that leave: not the leader, not the last one (the probe is there)."""
        return [number for number in range(3) if UNIT % number != cls.leader()]

    @classmethod
    def units(cls):
        return 'units=' + ','.join(UNIT % number for number in cls.batch())

    @staticmethod
    def gateway(router):
        ports = api('GET', 'neutron', '/v2.0/ports?device_id=%s&device_owner=network:router_gateway' % router)['ports']
        return ports[0]['binding:host_id'] if ports else ''

    @staticmethod
    def guests():
        return {row['name']: (row['OS-EXT-SRV-ATTR:host'], row['status'])
                for row in api('GET', 'nova', '/servers/detail?all_tenants=1')['servers']}

    @staticmethod
    def make_router(name):
        external = api('GET', 'neutron', '/v2.0/networks?name=ext')['networks'][0]['id']
        return api('POST', 'neutron', '/v2.0/routers', {'router': {
            'name': name, 'external_gateway_info': {'network_id': external}}})['router']['id']

    def test_1_four_units_that_may_be_gateways(self):
        juju('deploy', CHARM, '-n', 4, '--machine-command', HERE / 'machine-driver', '--config', 'virt-type=qemu',
             '--config', 'enable-live-migration=true', '--config', 'enable-resize=true', '--config', 'prefer-chassis-as-gw=true',
             '--config', 'ovn-bridge-mappings=physnet1:br-ex', '--config', 'bridge-interface-mappings=br-ex:eth2')
        for endpoint, other in RELATIONS.items():
            juju('integrate', 'nova-compute:' + endpoint, other)
        for _ in range(4):
            if set(statuses().values()) != {READY}:
                juju('world', 'tick')
        self.assertEqual(set(statuses().values()), {READY}, statuses())

    def test_2_guests_a_router_and_a_floating_address(self):
        network = api('POST', 'neutron', '/v2.0/networks', {'network': {
            'name': 'ext', 'router:external': True, 'provider:network_type': 'flat', 'provider:physical_network': 'physnet1'}})['network']['id']
        api('POST', 'neutron', '/v2.0/subnets', {'subnet': {
            'name': 'ext', 'network_id': network, 'ip_version': 4, 'cidr': '10.79.0.0/24', 'enable_dhcp': False,
            'gateway_ip': '10.79.0.254', 'allocation_pools': [{'start': '10.79.0.100', 'end': '10.79.0.150'}]}})
        net = api('GET', 'neutron', '/v2.0/networks?name=net')['networks'][0]
        image = api('GET', 'glance', '/v2/images?name=tiny')['images'][0]['id']
        for index, number in enumerate(self.batch()):
            address = '192.168.50.%d' % (21 + index)
            ScaleIn.servers['g%d' % index] = (api('POST', 'nova', '/servers', {'server': {
                'name': 'g%d' % index, 'imageRef': image, 'flavorRef': 'tiny', 'host': 'm%d' % number,
                'networks': [{'uuid': net['id'], 'fixed_ip': address}]}})['server']['id'], address)
        for server, _ in self.servers.values():
            until(120, lambda: api('GET', 'nova', '/servers/' + server)['server']['status'] == 'ACTIVE', 'guest ACTIVE')
        router = self.make_router('r1')
        api('PUT', 'neutron', '/v2.0/routers/%s/add_router_interface' % router, {'subnet_id': net['subnets'][0]})
        port = api('GET', 'neutron', '/v2.0/ports?device_id=' + self.servers['g0'][0])['ports'][0]['id']
        api('POST', 'neutron', '/v2.0/floatingips', {'floatingip': {
            'floating_network_id': network, 'port_id': port, 'floating_ip_address': OUTSIDE}})
        self.probe('m3', net['id'])
        for _, address in self.servers.values():
            until(120, lambda: machine(3, 'sh', '-c', 'ip netns exec probe ping -c1 -W1 %s >/dev/null && echo ok || :' % address).strip(),
                  'guest answers ' + address)
        bed('unit', 'up', 'outside', '10.77.0.60')  # a machine on the provider network
        bed('unit', 'exec', 'outside', 'ip', 'addr', 'add', '10.79.0.60/24', 'dev', 'eth2')
        until(60, lambda: 'ok' in bed('unit', 'exec', 'outside', 'sh', '-c', 'ping -c1 -W1 %s >/dev/null && echo ok || :' % OUTSIDE),
              'the floating address answers')

    @staticmethod
    def probe(host, network):
        """A namespace on a unit, on the guests' network, by a Neutron port bound to that host."""
        port = api('POST', 'neutron', '/v2.0/ports', {'port': {
            'name': 'probe', 'network_id': network, 'device_owner': 'compute:probe', 'binding:host_id': host,
            'fixed_ips': [{'ip_address': '192.168.50.31'}]}})['port']
        script = ('ip netns add probe; ip link add probe type veth peer name eth0 netns probe; ip -n probe link set lo up; '
                  'ip -n probe link set eth0 address %s mtu 1442 up; ip -n probe addr add 192.168.50.31/24 dev eth0; ip link set probe up; '
                  'ovs-vsctl --may-exist add-port br-int probe -- set Interface probe external_ids:iface-id=%s '
                  'external_ids:attached-mac=\\"%s\\"' % (port['mac_address'], port['id'], port['mac_address']))
        bed('unit', 'exec', host, 'sh', '-ec', script)

    def test_3_a_started_batch_loses_its_gateways_and_gets_no_new_one(self):
        router = api('GET', 'neutron', '/v2.0/routers?name=r1')['routers'][0]['id']
        leaving = ['m%d' % number for number in self.batch()]
        if self.gateway(router) not in leaving:  # the gateway is to be seen moving: start where it is
            self.move_gateway(router, leaving)
        pinger = ping(OUTSIDE, 'outside')
        self.result(self.leader(), 'scalein-start', self.units())
        task = self.result(self.leader(), 'scalein-start', self.units())
        self.assertEqual(task['status'], 'completed', task)
        self.assertNotIn(self.gateway(router), leaving)
        sent, missing, longest = lost(pinger)
        print('gateway moved: of %d pings from outside %d lost, longest gap %d (0.1 s apart)' % (sent, missing, longest))
        self.assertGreater(sent, 10)
        fresh = self.make_router('r2')
        until(30, lambda: self.gateway(fresh), 'the new router has a gateway')
        self.assertNotIn(self.gateway(fresh), leaving)
        for number in self.batch():
            self.assertEqual(statuses()[UNIT % number], ('maintenance', 'Tombstoned: 1 server left, 0 migrating'))
            self.assertIn('true', machine(number, 'ovs-vsctl', 'get', 'Bridge', 'br-int', 'external_ids:tombstoned'))

    def move_gateway(self, router, leaving):
        """Takes the token off the other chassis for a moment, so that Neutron gives the gateway to one of the batch."""
        others = ['m%d' % number for number in range(4) if 'm%d' % number not in leaving]
        for host in others:
            bed('unit', 'exec', host, 'ovs-vsctl', 'remove', 'Open_vSwitch', '.', 'external_ids', 'ovn-cms-options')
        until(60, lambda: self.gateway(router) in leaving, 'the gateway is on the batch')
        for host in others:
            bed('unit', 'exec', host, 'ovs-vsctl', 'set', 'Open_vSwitch', '.', 'external_ids:ovn-cms-options=enable-chassis-as-gw')

    def test_4_two_of_four_nodes_leave_and_no_guest_is_lost(self):
        before = {name: status for name, (_, status) in self.guests().items()}
        pingers = {name: ping(address, 'm3', 'ip', 'netns', 'exec', 'probe') for name, (_, address) in self.servers.items()}
        outside = ping(OUTSIDE, 'outside')
        task = self.result(self.leader(), 'scale-in', self.units())
        results = json.loads(task['results']['units'])
        for row in results:
            self.assertIn(row['result'], ('done', 'in-progress'), task)
        after = self.guests()
        self.assertEqual({name: status for name, (_, status) in after.items()}, before)
        leaving = ['m%d' % number for number in self.batch()]
        self.assertEqual([host for host, _ in after.values() if host in leaving], [])
        for name, pinger in pingers.items():
            sent, missing, longest = lost(pinger)
            print('%s migrated live: of %d pings %d lost, longest gap %d (0.1 s apart)' % (name, sent, missing, longest))
            self.assertGreater(sent, 10)
            # At most 2 where the machine has nothing else to do, which the line above shows; a busy one loses more.
            self.assertLessEqual(missing, 10)
        print('from outside meanwhile: of %d pings %d lost, longest gap %d' % lost(outside))
        again = self.result(self.leader(), 'scalein-end', self.units())
        self.assertEqual(again['status'], 'completed', again)

    def test_5_nobody_knows_the_two_any_more(self):
        leaving = ['m%d' % number for number in self.batch()]
        services = api('GET', 'nova', '/os-services?binary=nova-compute')['services']
        self.assertEqual([row['host'] for row in services if row['host'] in leaving], [])
        hypervisors = api('GET', 'nova', '/os-hypervisors', version='2.53')['hypervisors']
        self.assertEqual([row for row in hypervisors if row['hypervisor_hostname'] in leaving], [])
        for host in leaving:
            providers = json.loads(bed('api', 'GET', 'placement', '/resource_providers?name=' + host, '', '1.14'))
            self.assertEqual(providers['resource_providers'], [])
            self.assertEqual(api('GET', 'neutron', '/v2.0/agents?host=' + host)['agents'], [])
            for table, column in (('Chassis', 'name'), ('Chassis_Private', 'name'), ('Encap', 'chassis_name')):
                self.assertEqual(bed('ovn', 'sb', '--bare', '--columns=_uuid', 'find', table, '%s=%s' % (column, host)).strip(), '', table)
            self.assertEqual(bed('ovn', 'nb', '--bare', '--columns=_uuid', 'find', 'Gateway_Chassis', 'chassis_name=' + host).strip(), '')
        for number in self.batch():
            self.assertEqual(statuses()[UNIT % number], ('blocked', 'Scaled in: run juju remove-unit ' + UNIT % number))

    def test_6_the_same_machine_comes_back(self):
        number = self.batch()[0]
        task = self.result(UNIT % number, 'scalein-recover')
        for _ in range(3):
            if statuses()[UNIT % number] != READY:
                juju('world', 'tick')
        self.assertEqual(statuses()[UNIT % number], READY, task)
        proof = self.result(UNIT % number, 'verify', 'image=tiny', 'flavor=tiny', 'network=net')
        self.assertEqual(proof['results'].get('result'), 'passed', proof)

    def test_7_a_new_unit_takes_the_name_and_address_of_one_that_left(self):
        number = self.batch()[1]
        juju('remove-unit', UNIT % number)
        real.ENVIRONMENT['BED_NAMES'] = '4=%d' % number
        juju('add-unit', 'nova-compute')
        for _ in range(3):
            if statuses()[UNIT % 4] != READY:
                juju('world', 'tick')
        self.assertEqual(statuses()[UNIT % 4], READY, unit_log(4)[-2000:])
        self.assertEqual(self.result(UNIT % 4, 'node-name')['results']['node-name'], 'm%d' % number)
        proof = self.result(UNIT % 4, 'verify', 'image=tiny', 'flavor=tiny', 'network=net')
        self.assertEqual(proof['results'].get('result'), 'passed', proof)


if __name__ == '__main__':
    real.main()
