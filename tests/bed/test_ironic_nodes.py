"""Bare-metal units without shards of their own on real machines, with a real Nova and a real Ironic: one unit hands its nodes over and
leaves, the machine of another goes off. What the action cannot do is done in Nova's data base by its `commands`, as they stand.

One world for the whole file; the tests run in the order of their names. Exit status 77 (skipped) where the bed cannot run.
"""
import json
import pathlib
import time

import real
from metal import NOVA_CONF, READY, RELATIONS, UNIT, Metal, ironic
from real import CHARM, HERE, api, bed, juju, leader, machine, result, statuses, until

NODES = 12
HOSTS = ['m0', 'm1', 'm2']  # of the machines; also the names of their shards


def commanded(command):
    """Runs it where it belongs: nova-manage beside Nova's data base; of openstackclient the call that it makes."""
    words = command.split()
    if words[0] == 'nova-manage':
        return bed('manage', 'nova-manage', '--config-file', NOVA_CONF, *words[1:])
    *_, how, host, binary = words
    assert words[:6] == 'openstack --os-compute-api-version 2.11 compute service set'.split(), words
    return api('PUT', 'nova', '/os-services/force-down', {'host': host, 'binary': binary, 'forced_down': {'--down': True, '--up': False}[how]},
               version='2.11')


def half_moved(node, host):
    """As ironic_compute_node_move leaves it when it ends between its two writes: the compute node has gone, its server has not."""
    bed('manage', 'mariadb', '--no-defaults', '-uroot', '-S', str(pathlib.Path(NOVA_CONF).parents[1] / 'db.sock'), 'nova', '-e',
        "update compute_nodes, services set compute_nodes.host = services.host, compute_nodes.service_id = services.id "
        "where compute_nodes.uuid = '%s' and services.host = '%s' and services.binary = 'nova-compute' and services.deleted = 0" % (node, host))


class IronicNodes(Metal):
    servers = {}  # server -> (host, node)

    def all_stay(self):
        for server, (host, node) in self.servers.items():
            self.stays(host, server, node)

    def puts(self, host):
        server = self.deploy(host)
        self.servers[server] = (host, self.deployed(host, server))
        return server

    @staticmethod
    def counts(hosts):
        return sorted(len(IronicNodes.nodes(host)) for host in hosts)

    def hands_over(self, unit, state, *parameters):
        """The results of a handover that ends in that state."""
        begin = time.monotonic()
        task = result(unit, 'handover', *parameters)
        print('figure: handover %s: %s after %.0f s' % (' '.join(parameters), task['results'].get('result'), time.monotonic() - begin))
        self.assertEqual(task['results'].get('result'), state, task)
        return task['results']

    def test_1_three_units_serve_the_nodes_of_the_shard_of_their_name(self):
        bed('nodes', NODES, 'metal', *HOSTS)
        bed('nodes', NODES, 'metal', 'elsewhere')
        juju('deploy', CHARM, '-n', 3, '--machine-command', HERE / 'machine-driver', '--config', 'virt-type=ironic')
        for endpoint, other in RELATIONS.items():
            juju('integrate', 'nova-compute:' + endpoint, other)
        until(300, lambda: juju('world', 'tick') or set(statuses().values()) == {READY}, 'all units ready')
        self.assertEqual(self.services(), dict.fromkeys(HOSTS, 'up'))
        self.each_node_has_one_owner(HOSTS, 120)

    def test_2_servers_come_to_nodes_of_each(self):
        self.make_flavor()
        for host in HOSTS:
            self.puts(host)

    def test_3_a_plan_is_shown_and_changes_nothing(self):
        number = self.follower(range(3))
        shown = self.hands_over(UNIT % number, 'done', 'plan=true')
        others = [host for host in HOSTS if host != HOSTS[number]]
        self.assertEqual(json.loads(shown['plan']), {UNIT % number: dict.fromkeys(others, NODES // 6)})
        self.assertEqual(self.counts(HOSTS), [NODES // 3] * 3)
        self.assertEqual(self.services(), dict.fromkeys(HOSTS, 'up'))
        IronicNodes.leaving = number

    def test_4_a_unit_hands_its_nodes_over_and_leaves(self):
        unit, host = UNIT % self.leaving, HOSTS[self.leaving]
        rest = [other for other in HOSTS if other != host]
        reserved = self.free(host)[0]
        allocation = ironic('POST', '/allocations', {'name': 'kept', 'resource_class': 'metal', 'candidate_nodes': [reserved]})
        until(60, lambda: self.nodes(host)[reserved]['instance_uuid'] == allocation['uuid'], 'reserved')
        (server, (_, node)), = [entry for entry in self.servers.items() if entry[1][0] == host]

        told = self.hands_over(unit, 'in-progress')
        pending, = json.loads(told['pending'])
        self.assertEqual((pending['node'], pending['server'], pending['final']), (node, server, True))
        command, = json.loads(told['commands'])
        self.assertEqual(command, 'nova-manage db ironic_compute_node_move --ironic-node-uuid %s --destination-host %s' % (
            node, pending['target']))
        self.assertEqual((self.counts([host]), self.counts(rest)), ([0], [NODES // 2] * 2))
        self.assertIn('nova-manage', statuses()[unit][1])
        self.assertEqual(self.services()[host], 'down')
        commanded(command)

        self.hands_over(unit, 'done')
        self.assertNotIn(host, self.services())
        self.assertEqual(statuses()[unit], ('blocked', 'Scaled in: run juju remove-unit ' + unit))
        self.servers[server] = (pending['target'], node)
        self.all_stay()
        ironic('DELETE', '/allocations/kept')
        self.each_node_has_one_owner(rest, 150)
        self.ends(*self.place_of(server))
        juju('remove-unit', unit)
        IronicNodes.left = [number for number in range(3) if number != self.leaving]

    def place_of(self, server):
        host, node = self.servers.pop(server)
        return host, server, node

    def test_5_the_nodes_of_a_machine_that_is_off_go_on_a_persons_word(self):
        number = self.follower(self.left)
        unit, host, target = UNIT % number, HOSTS[number], next(HOSTS[other] for other in self.left if other != number)
        word = ('units=' + unit, 'fenced=true')
        (server, (_, node)), = [entry for entry in self.servers.items() if entry[1][0] == host]
        self.hands_over(leader(), 'refused', *word)
        juju('world', 'power', unit, 'off')
        until(120, lambda: self.services()[host] == 'down', 'Nova sees it down')
        command, = json.loads(self.hands_over(leader(), 'in-progress', *word)['commands'])

        half_moved(node, target)
        told = self.hands_over(leader(), 'in-progress', *word)
        pending, = json.loads(told['pending'])
        self.assertIn('half moved', pending['reason'])
        commands = json.loads(told['commands'])
        self.assertEqual((len(commands), commands[-1]), (6, command))
        for repair in commands:
            commanded(repair)
        self.hands_over(leader(), 'done', *word)
        self.assertEqual(self.services(), {target: 'up'})
        self.servers[server] = (target, node)
        self.all_stay()
        self.each_node_has_one_owner([target], 150)
        IronicNodes.off, IronicNodes.target = number, target

    def test_6_that_machine_comes_back_and_serves_nothing(self):
        unit = UNIT % self.off
        juju('world', 'power', unit, 'on')
        until(300, lambda: juju('world', 'tick') or statuses()[unit] == ('blocked', 'Scaled in: run juju remove-unit ' + unit), 'scaled in')
        self.assertEqual(machine(self.off, 'sh', '-c', 'systemctl is-active nova-compute || :'), 'inactive\n')
        self.assertEqual(self.services(), {self.target: 'up'})
        self.each_node_has_one_owner([self.target])
        for server in list(self.servers):
            self.ends(*self.place_of(server))


if __name__ == '__main__':
    real.main()
