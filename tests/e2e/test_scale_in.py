"""Scale-in as users see it: the packed charm on emulated machines, actions on the leader and on units, against the emulated cloud."""
import unittest

from scale_in_case import ScaleInCase, reasons, results, unit


class ScaleIn(ScaleInCase):
    def test_row_1_and_2_a_started_unit_is_disabled_under_its_run_and_starting_again_changes_nothing(self):
        task = self.world.run('scalein-start', unit=1)
        self.assertEqual((task['status'], results(task)), ('completed', {unit(1): 'done'}), task)
        run = task['results']['run']
        self.assertEqual(self.service(1)['disabled_reason'], 'scale-in %s nova-compute/1' % run)
        self.assertFalse(self.cms_options(1))
        self.assertEqual(self.ovs(1, ['Bridge', 'br-int', 'external_ids:tombstoned']), '"true"')
        before = len(self.world.cloud.control('GET', 'requests')['requests'])
        again = self.world.run('scalein-start', unit=1)
        self.assertEqual((again['status'], again['results']['run']), ('completed', run), again)
        asked = self.world.cloud.control('GET', 'requests')['requests'][before:]
        self.assertEqual([row['method'] for row in asked if row['method'] not in ('GET', 'POST')], [])
        self.assertEqual([row['path'] for row in asked if row['method'] == 'POST' and 'auth/tokens' not in row['path']], [])

    def test_row_22_a_recovered_unit_has_back_what_start_took(self):
        self.world.run('scalein-start', unit=1)
        self.world.juju('config', 'nova-compute', 'debug=true')
        self.assertFalse(self.cms_options(1), 'a hook brought the token back')
        self.assertEqual(self.world.unit(1), ('maintenance', 'Tombstoned: empty'))
        task = self.world.run('scalein-recover', unit=1)
        self.assertEqual((task['status'], results(task)), ('completed', {unit(1): 'done'}), task)
        self.assertTrue(self.cms_options(1))
        self.assertEqual((self.service(1)['enabled'], self.service(1)['disabled_reason']), (True, None))
        self.world.juju('world', 'tick')
        self.assertEqual(self.world.unit(1), ('active', 'Unit is ready'))

    def test_row_23_recovering_a_unit_that_was_never_started_writes_nothing(self):
        before = self.world.cloud.state()
        task = self.world.run('scalein-recover', unit=1)
        self.assertEqual((task['status'], results(task)), ('completed', {unit(1): 'done'}), task)
        self.assertEqual(reasons(task), {unit(1): 'not tombstoned'})
        self.assertEqual(self.world.cloud.state()['services'], before['services'])

    def test_row_4_duplicates_are_one_and_an_unknown_unit_does_not_stop_the_others(self):
        leader = self.leader()
        task = self.world.run('scalein-start', 'units=%s,%s,nova-compute/9' % (unit(leader), unit(leader)), unit=leader)
        self.assertEqual(results(task), {unit(leader): 'done', 'nova-compute/9': 'unknown'})
        self.assertEqual(task['status'], 'failed')
        self.assertFalse(self.service(leader)['enabled'])

    def test_row_5_a_malformed_list_is_a_usage_error_and_asks_the_cloud_nothing(self):
        before = len(self.world.cloud.control('GET', 'requests')['requests'])
        for action in ('scalein-start', 'migrate', 'scalein-end', 'scalein-recover', 'scale-in', 'scalein-status'):
            for value in ('no-unit', 'nova-compute/1,nova-compute/x'):
                with self.subTest(action=action, value=value):
                    task = self.world.run(action, 'units=' + value, unit=self.leader())
                    self.assertEqual((task['status'], task['message'][:6]), ('failed', 'units:'), task)
        self.assertEqual(len(self.world.cloud.control('GET', 'requests')['requests']), before)

    def test_row_8_not_all_computes_may_go(self):
        leader = self.leader()
        task = self.world.run('scalein-start', 'units=' + ','.join(unit(n) for n in range(3)), unit=leader)
        self.assertEqual(set(results(task).values()), {'refused'})
        self.assertIn('min-computes', task['message'])
        self.assertTrue(all(self.service(number)['enabled'] for number in range(3)))

    def test_others_are_started_ended_and_recovered_by_the_leader_through_the_peer_relation(self):
        leader, (first, second) = self.leader(), self.others()
        both = 'units=%s,%s' % (unit(first), unit(second))
        task = self.world.run('scalein-start', both, unit=leader)
        self.assertEqual(set(results(task).values()), {'in-progress'}, task)
        self.assertFalse(self.service(first)['enabled'] or self.service(second)['enabled'])
        self.assertFalse(self.cms_options(first) or self.cms_options(second), 'their hooks dropped no token')
        again = self.world.run('scalein-start', both, unit=leader)
        self.assertEqual((again['status'], set(results(again).values())), ('completed', {'done'}), again)
        self.world.run('scalein-end', 'units=' + unit(first), unit=leader)
        self.world.run('scalein-recover', 'units=' + unit(second), unit=leader)
        self.assertEqual(self.world.unit(first), ('blocked', 'Scaled in: run juju remove-unit ' + unit(first)))
        self.assertEqual(self.world.unit(second), ('active', 'Unit is ready'))
        self.assertIsNone(self.service(first))
        self.assertTrue(self.service(second)['enabled'])
        done = self.world.run('scalein-end', 'units=' + unit(first), unit=leader)
        self.assertEqual((done['status'], results(done)), ('completed', {unit(first): 'done'}), done)

    def test_row_27_and_28_only_tombstoned_and_empty_units_end(self):
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual(results(task), {unit(1): 'refused'})
        self.assertIn('scalein-start', task['message'])
        server = self.boot(1)
        self.world.run('scalein-start', unit=1)
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual(results(task), {unit(1): 'refused'})
        self.assertIn(server, task['message'])
        self.assertTrue(self.service(1)['running'])
        self.assertEqual(self.world.unit(1)[1], 'Tombstoned: 1 server left, 0 migrating')

    def test_row_32_33_and_130_an_ended_unit_has_left_nothing_and_goes_quickly(self):
        host = self.host(1)
        self.world.run('scalein-start', unit=1)
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual((task['status'], results(task)), ('completed', {unit(1): 'done'}), task)
        state = self.world.cloud.state()
        for kind, key in (('services', 'host'), ('hypervisors', 'host'), ('agents', 'host'), ('providers', 'name')):
            self.assertEqual([row for row in state[kind] if row[key] == host], [], kind)
        again = self.world.run('scalein-end', unit=1)
        self.assertEqual((again['status'], results(again)), ('completed', {unit(1): 'done'}), again)
        self.world.juju('world', 'tick')
        self.assertEqual(self.world.unit(1), ('blocked', 'Scaled in: run juju remove-unit nova-compute/1'))
        self.world.juju('remove-unit', unit(1))
        self.assertNotIn(unit(1), self.world.status()['applications']['nova-compute']['units'])
        self.assertEqual(self.world.unit(0), ('active', 'Unit is ready'))

    def test_row_25_an_ended_unit_comes_back(self):
        self.world.run('scalein-start', unit=1)
        self.world.run('scalein-end', unit=1)
        task = self.world.run('scalein-recover', unit=1)
        self.assertEqual((task['status'], results(task)), ('completed', {unit(1): 'done'}), task)
        self.world.juju('world', 'tick')
        self.assertEqual(self.world.unit(1), ('active', 'Unit is ready'))
        self.assertTrue(self.service(1)['enabled'])
        self.assertEqual(self.world.run('verify', unit=1)['results']['result'], 'passed')

    def test_row_44_servers_leave_and_the_unit_ends(self):
        for name in 'abc':
            self.boot(1, name)
        task = self.world.run('scale-in', unit=1)
        self.assertEqual((task['status'], results(task)), ('completed', {unit(1): 'done'}), task)
        servers = self.world.cloud.state()['servers']
        self.assertEqual([row['status'] for row in servers], ['ACTIVE'] * 3)
        self.assertNotIn(self.host(1), [row['host'] for row in servers])
        self.assertIsNone(self.service(1))

    def test_row_42_the_seeds_sequence_ends_the_empty_and_recovers_the_other(self):
        leader, (first, second) = self.leader(), self.others()
        self.boot(first)
        stuck = self.boot(second)
        state = self.world.cloud.state()
        next(row for row in state['servers'] if row['id'] == stuck)['status'] = 'SUSPENDED'
        self.world.cloud.control('PUT', 'state', state)
        task = self.world.run('scale-in', 'units=%s,%s' % (unit(first), unit(second)), unit=leader)
        self.assertEqual(results(task)[unit(second)], 'failed', task)
        self.assertIn('resume', reasons(task)[unit(second)])
        self.assertEqual(self.world.unit(first), ('blocked', 'Scaled in: run juju remove-unit ' + unit(first)))
        self.assertEqual(self.world.unit(second), ('active', 'Unit is ready'))
        self.assertTrue(self.service(second)['enabled'])
        self.assertIsNone(self.service(first))

    def test_enable_and_resume_do_not_undo_a_tombstone(self):
        self.world.run('scalein-start', unit=1)
        task = self.world.run('enable', unit=1)
        self.assertEqual(task['status'], 'failed')
        self.assertIn('scalein-recover', task['message'])
        self.assertFalse(self.service(1)['enabled'])
        self.world.run('scalein-end', unit=1)
        self.world.run('resume', unit=1)
        self.assertIsNone(self.service(1))

    def test_disable_enable_pause_and_resume(self):
        self.assertEqual(self.world.run('disable', unit=1)['results']['message'], 'disabled')
        self.assertEqual(self.service(1)['disabled_reason'], 'nova-compute/1: disabled by the action disable')
        self.assertEqual(self.world.run('enable', unit=1)['results']['message'], 'enabled')
        self.world.run('pause', unit=1)
        self.assertEqual(self.world.unit(1), ('maintenance', "Paused. Use 'resume' action to resume normal service."))
        self.assertFalse(self.service(1)['running'])
        self.world.juju('world', 'tick')
        self.assertEqual(self.world.unit(1)[0], 'maintenance')
        self.world.run('resume', unit=1)
        self.assertEqual(self.world.unit(1), ('active', 'Unit is ready'))
        self.assertTrue(self.service(1)['running'])

    def test_row_129_a_unit_with_servers_that_is_removed_leaves_them_alone(self):
        server = self.boot(1)
        self.world.juju('remove-unit', unit(1))
        state = self.world.cloud.state()
        self.assertIn(server, [row['id'] for row in state['servers']])
        self.assertEqual(len([row for row in state['services'] if row['binary'] == 'nova-compute']), 3)

    def test_drain_on_remove_empties_and_ends_the_unit(self):
        self.world.juju('config', 'nova-compute', 'drain-on-remove=true')
        server = self.boot(1)
        host = self.host(1)
        self.world.juju('remove-unit', unit(1))
        state = self.world.cloud.state()
        self.assertNotIn(unit(1), self.world.status()['applications']['nova-compute']['units'])
        self.assertNotEqual(next(row['host'] for row in state['servers'] if row['id'] == server), host)
        self.assertNotIn(host, [row['host'] for row in state['services']])


if __name__ == '__main__':
    unittest.main()
