"""Runs and endings that are disturbed: stopped, killed, rebooted, asked for twice; and what is left of them afterwards."""
import json
import os
import signal
import stat
import unittest

from world import CHARM
from scale_in_case import ScaleInCase, reasons, results, unit, units

EVER = {'count': 0}
UNIT_FILE = 'etc/systemd/system/nova-compute-drain.service'


class RunCase(ScaleInCase):
    def journal_folder(self, number):
        return self.world.machine(number) / 'var/lib/nova-compute-charm' / unit(number).replace('/', '-')

    def begin(self, number, action='migrate', *more, guests=1):
        """A run with guests that take their time, seen while it is under way."""
        servers = [self.boot(number, 'guest-%d' % one) for one in range(guests)]
        self.settings(live_seconds=100)
        if action == 'migrate':
            self.world.run('scalein-start', unit=number)
        task = self.world.run(action, 'wait=0', *more, unit=number)
        self.assertEqual(task['results'].get('result'), 'in-progress', task)
        self.until('nothing moves', lambda: self.cloud.state()['migrations'])
        return servers

    def let_moves_end(self):
        self.settings(live_seconds=0)
        self.cloud.control('POST', 'clock', {'advance': 200})

    def until_ended(self, number):
        self.until('the run goes on', lambda: self.run_facts(number).get('state') == 'ended')

    def each_moved_once(self, servers, number):
        self.assertNotIn(self.host(number), self.hosts_of_servers())
        for server in servers:
            self.assertEqual(len(self.requests('POST', server + '/action')), 1, server)

    def drain_process(self, number):
        """The process of the drain service on a machine."""
        world = json.loads(self.world.driver('world', number))
        return world['units'].get('nova-compute-drain.service', {})

    def nothing_left_of_the_run(self, number):
        self.assertFalse((self.journal_folder(number) / 'credentials.json').exists())
        self.assertFalse((self.world.machine(number) / UNIT_FILE).exists())


class Runs(RunCase):
    def test_the_log_in_and_the_service_are_there_only_while_a_run_is(self):
        servers = self.begin(1)
        path = self.journal_folder(1) / 'credentials.json'
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(path.parent.stat().st_mode), 0o700)
        self.assertTrue((self.world.machine(1) / UNIT_FILE).exists())
        self.let_moves_end()
        self.until_ended(1)
        self.until('the unit file stays', lambda: self.settled() and not (self.world.machine(1) / UNIT_FILE).exists())
        self.nothing_left_of_the_run(1)
        self.each_moved_once(servers, 1)
        self.assertEqual(self.world.unit(1), ('maintenance', 'Tombstoned: empty'))

    def test_row_83_the_same_action_twice_moves_each_server_once(self):
        servers = [self.boot(1, name) for name in 'ab']
        self.world.run('scalein-start', unit=1)
        tasks = [self.background('migrate', number=1) for _ in range(2)]
        for task in tasks:
            done = self.ended_task(task)
            self.assertEqual(results(done), {unit(1): 'done'}, done)
        self.each_moved_once(servers, 1)

    def test_row_83_a_second_action_joins_an_open_run_or_is_refused(self):
        leader, (first, second) = self.leader(), self.others()
        for number in (first, second):
            self.boot(number)
        self.settings(live_seconds=100)
        both = units(first, second)
        self.world.run('scalein-start', both, unit=leader)
        self.world.run('migrate', units(first), 'wait=0', unit=leader)
        joined = self.world.run('migrate', units(first), 'wait=0', unit=leader)
        self.assertEqual(results(joined), {unit(first): 'in-progress'}, joined)
        other = self.world.run('migrate', both, 'wait=0', unit=leader)
        self.assertEqual((other['status'], other['message'][:6]), ('failed', 'units:'), other)
        self.world.run('scale-in', units(first), 'wait=0', unit=leader)  # from now on the unit ends afterwards
        self.let_moves_end()
        self.until_ended(leader)
        self.until('no end', lambda: self.settled() and self.service(first) is None)
        self.assertIsNotNone(self.service(second))

    def test_row_128_abort_lets_what_moves_arrive_and_starts_nothing_more(self):
        servers = self.begin(1, guests=2)
        task = self.background('migrate', 'abort=true', number=1)
        self.until('nobody asked to stop', lambda: self.run_facts(1).get('stop') == 'true')
        self.let_moves_end()
        self.assertEqual(self.ended_task(task)['status'], 'completed')
        self.assertEqual(sorted(host == self.host(1) for host in self.hosts_of_servers()), [False, True])
        again = self.world.run('migrate', unit=1)
        self.assertEqual(results(again), {unit(1): 'done'}, again)
        self.each_moved_once(servers, 1)

    def test_row_128_a_cancelled_action_does_not_end_its_run(self):
        server = self.boot(1)
        self.settings(live_seconds=100)
        task = self.background('scale-in', number=1)
        self.until('nothing moves', lambda: self.cloud.state()['migrations'])
        self.world.juju('cancel-task', task)
        self.let_moves_end()
        self.until_ended(1)
        self.until('no end', lambda: self.settled() and self.service(1) is None)
        self.each_moved_once([server], 1)
        self.world.juju('world', 'settle')
        self.assertEqual(self.world.unit(1), ('blocked', 'Scaled in: run juju remove-unit nova-compute/1'))

    def test_row_62_a_run_that_must_stop_keeps_its_unit_tombstoned_until_its_moves_have_settled(self):
        server = self.boot(1, status='SHUTOFF')
        self.settings(cold_seconds=100)
        task = self.background('scale-in', number=1)
        self.until('nothing moves', lambda: self.cloud.state()['migrations'])
        self.fault('/os-migrations', method='GET', status=403, count=1)
        stopped = self.ended_task(task)
        self.assertEqual(results(stopped), {unit(1): 'failed'}, stopped)
        self.assertIn('moves in flight: 1', reasons(stopped)[unit(1)])
        self.assertFalse(self.service(1)['enabled'])
        self.settings(cold_seconds=0)
        self.cloud.control('POST', 'clock', {'advance': 200})
        self.assertEqual([row['status'] for row in self.cloud.state()['servers']], ['VERIFY_RESIZE'])
        again = self.world.run('scale-in', unit=1)
        self.assertEqual(results(again), {unit(1): 'done'}, again)
        self.assertEqual([row['status'] for row in self.cloud.state()['servers']], ['SHUTOFF'])
        self.assertEqual(len(self.requests('POST', server + '/action')), 2, 'one migrate, one confirmResize')
        self.assertIsNone(self.service(1))

    def test_row_42_after_a_cancelled_action_of_the_leader_the_others_end_all_the_same(self):
        leader, (first, second) = self.leader(), self.others()
        self.boot(first)
        stuck = self.boot(second, status='SUSPENDED')
        self.settings(live_seconds=100)
        task = self.background('scale-in', units(first, second), number=leader)
        self.until('nothing moves', lambda: self.cloud.state()['migrations'])
        self.world.juju('cancel-task', task)
        self.let_moves_end()
        self.until_ended(leader)
        self.until('no end', lambda: self.settled() and self.service(first) is None)
        self.world.juju('world', 'tick')
        self.assertEqual(self.run_facts(leader).get('finished'), 'true')
        self.assertEqual(self.world.unit(first), ('blocked', 'Scaled in: run juju remove-unit ' + unit(first)))
        self.assertEqual(self.world.unit(second), ('active', 'Unit is ready'))
        self.assertTrue(self.service(second)['enabled'])
        self.assertEqual([row['host'] for row in self.cloud.state()['servers'] if row['id'] == stuck], [self.host(second)])

    def test_row_75_a_killed_service_is_started_again_and_goes_on(self):
        servers = self.begin(1)
        process = self.drain_process(1)
        os.kill(process['main_pid'], signal.SIGKILL)
        self.until('it is not started again', lambda: self.drain_process(1).get('main_pid') not in (None, 0, process['main_pid']))
        self.let_moves_end()
        self.until_ended(1)
        self.each_moved_once(servers, 1)

    def test_row_75_a_run_goes_on_after_a_reboot(self):
        servers = self.begin(1, 'scale-in', guests=2)
        self.world.juju('world', 'reboot', unit(1))
        self.assertEqual(self.run_facts(1)['state'], 'open')
        self.let_moves_end()
        self.until_ended(1)
        self.until('no end', lambda: self.settled() and self.service(1) is None)
        self.each_moved_once(servers, 1)

    def test_a_unit_that_is_removed_takes_its_run_and_the_log_in_along(self):
        self.begin(1)
        machine = self.world.machine(1)
        self.world.juju('remove-unit', unit(1))
        self.assertNotIn(unit(1), self.world.status()['applications']['nova-compute']['units'])
        self.assertFalse((machine / UNIT_FILE).exists())


class Endings(RunCase):
    def interrupted(self):
        """scalein-end on unit 1, killed after nova-compute stopped and before its record went."""
        self.world.run('scalein-start', unit=1)
        self.fault('/os-services/', method='DELETE', status=503, **EVER)
        task = self.background('scalein-end', number=1)
        self.until('nova-compute runs', lambda: not self.service(1)['running'])
        self.until('no DELETE', lambda: self.requests('DELETE', '/os-services/'))
        self.world.juju('cancel-task', task)
        self.ended_task(task)
        self.assertEqual(self.state_of(1)['state'], 'ending')

    def test_row_31_when_nova_keeps_the_record_nova_compute_runs_again(self):
        self.world.run('scalein-start', unit=1)
        self.fault('/os-services/', method='DELETE', status=409, **EVER)
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual(results(task), {unit(1): 'refused'}, task)
        self.assertIn('delete', reasons(task)[unit(1)])
        self.assertTrue(self.service(1)['running'])
        self.assertIn(self.host(1), [row['host'] for row in self.cloud.state()['agents']])
        self.clear_faults()
        again = self.world.run('scalein-end', unit=1)
        self.assertEqual(results(again), {unit(1): 'done'}, again)

    def test_row_79_and_80_an_ending_that_was_killed_goes_on_or_is_taken_back(self):
        self.interrupted()
        self.clear_faults()
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual((task['status'], results(task)), ('completed', {unit(1): 'done'}), task)
        self.assertIsNone(self.service(1))

    def test_row_79_an_ending_that_was_killed_is_taken_back(self):
        self.interrupted()
        self.clear_faults()
        task = self.world.run('scalein-recover', unit=1)
        self.assertEqual((task['status'], results(task)), ('completed', {unit(1): 'done'}), task)
        self.assertTrue(self.service(1)['running'] and self.service(1)['enabled'])
        self.world.juju('world', 'tick')
        self.assertEqual(self.world.unit(1), ('active', 'Unit is ready'))

    def test_row_81_after_a_reboot_a_stopped_nova_compute_stays_stopped(self):
        self.interrupted()
        self.world.driver('reboot', 1)
        self.assertFalse(self.service(1)['running'])
        self.clear_faults()
        self.world.juju('world', 'reboot', unit(1))
        self.assertIsNone(self.service(1), 'the start hook goes on with the ending')
        self.assertEqual(self.world.unit(1), ('blocked', 'Scaled in: run juju remove-unit nova-compute/1'))

    def test_row_80_an_ending_whose_record_is_gone_goes_on(self):
        self.world.run('scalein-start', unit=1)
        self.fault('/v2.0/agents/', method='DELETE', status=503, **EVER)
        task = self.background('scalein-end', number=1)
        self.until('no DELETE of an agent', lambda: self.requests('DELETE', '/v2.0/agents/'))
        self.world.juju('cancel-task', task)
        self.ended_task(task)
        self.assertIsNone(self.service(1))
        self.clear_faults()
        again = self.world.run('scalein-end', unit=1)
        self.assertEqual((again['status'], results(again)), ('completed', {unit(1): 'done'}), again)
        self.assertNotIn(self.host(1), [row['host'] for row in self.cloud.state()['agents']])

    def test_row_82_a_damaged_journal_is_named_and_replaced_by_hand_alone(self):
        self.world.run('scalein-start', unit=1)
        path = self.journal_folder(1) / 'journal.db'
        path.write_bytes(path.read_bytes()[:100] + b'\0' * 400)
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual(task['status'], 'failed')
        self.assertIn('journal.db', task['message'])
        self.assertFalse(self.service(1)['enabled'])
        path.unlink()  # a person's decision: what is left is read from the cloud and Open vSwitch
        self.assertEqual(self.state_of(1)['state'], 'drained')
        back = self.world.run('scalein-recover', unit=1)
        self.assertEqual(results(back), {unit(1): 'done'}, back)
        self.assertTrue(self.service(1)['enabled'] and self.cms_options(1))
        self.world.juju('world', 'tick')
        self.assertEqual(self.world.unit(1), ('active', 'Unit is ready'))

    def foreign_encap(self, number):
        address = self.ovs(number, ['Open_vSwitch', '.', 'external_ids:ovn-encap-ip']).strip('"')
        rows = [{'chassis_name': 'old-3', 'ip': address, 'type': 'geneve'}]
        self.world.driver('world', number, json.dumps({'southbound': {'Encap': rows}}))

    def test_row_40_another_chassis_with_the_tunnel_address_is_reported_and_keeps_a_unit_from_joining(self):
        self.world.run('scalein-start', unit=1)
        self.foreign_encap(1)
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual(results(task), {unit(1): 'done'}, task)
        self.assertIn('old-3', reasons(task)[unit(1)])
        back = self.world.run('scalein-recover', unit=1)
        self.assertEqual(results(back), {unit(1): 'in-progress'}, back)
        self.assertFalse(self.service(1)['enabled'])
        status, message = self.world.unit(1)
        self.assertEqual((status, message[:18]), ('blocked', 'ovn: chassis old-3'), message)
        self.world.driver('world', 1, json.dumps({'southbound': None}))
        self.world.juju('world', 'tick')
        self.assertEqual(self.world.unit(1), ('active', 'Unit is ready'))
        self.assertTrue(self.service(1)['enabled'])

    def test_an_ended_unit_takes_its_journal_along_and_its_machine_can_serve_again(self):
        folder = self.journal_folder(1)
        self.world.run('scalein-start', unit=1)
        self.world.run('scalein-end', unit=1)
        self.assertTrue((folder / 'journal.db').exists())
        self.world.juju('remove-unit', unit(1))
        self.assertNotIn(unit(1), self.world.status()['applications']['nova-compute']['units'])
        self.assertIn('removed /var/lib/nova-compute-charm/nova-compute-1\n', self.world.unit_log())
        self.world.juju('add-unit', 'nova-compute')
        self.assertEqual(self.world.unit(3), ('active', 'Unit is ready'))

    def after_hooks(self, number, expected):
        """The unit's status stays through hooks that would configure and start everything on a serving unit."""
        for hook in (['config', 'nova-compute', 'debug=true'], ['config', 'nova-compute', 'debug=false'], ['world', 'reboot', unit(number)],
                     ['world', 'tick']):
            self.world.juju(*hook)
            self.assertEqual(self.world.unit(number), expected, hook)

    def test_row_81_hooks_and_reboots_respect_how_far_a_unit_has_come(self):
        self.world.run('scalein-start', unit=1)
        self.after_hooks(1, ('maintenance', 'Tombstoned: empty'))
        self.assertFalse(self.cms_options(1) or self.service(1)['enabled'])
        self.assertTrue(self.service(1)['running'])
        self.world.run('scalein-end', unit=1)
        self.after_hooks(1, ('blocked', 'Scaled in: run juju remove-unit nova-compute/1'))
        self.assertIsNone(self.service(1))
        self.assertNotIn(self.host(1), [row['host'] for row in self.cloud.state()['agents']])
        self.world.juju('refresh', 'nova-compute', '--path', CHARM)
        self.assertEqual(self.world.unit(1), ('blocked', 'Scaled in: run juju remove-unit nova-compute/1'))
        self.assertIsNone(self.service(1))


if __name__ == '__main__':
    unittest.main()
