"""Rows of the acceptance table of scale-in that need whole units: gateways, outages of single services, leaders, batches."""
import json
import unittest

from scale_in_case import ScaleInCase, reasons, results, unit, units

EVER = {'count': 0}


class Gateways(ScaleInCase):
    def add_router(self, name):
        """A router with a gateway in an external network; its chassis are elected as Neutron does it."""
        state = self.cloud.state()
        if 'external' not in [network['name'] for network in state['networks']]:
            self.cloud.control('POST', 'state', {'networks': [{'id': 'external-id', 'name': 'external', 'external': True,
                                                               'physical_network': 'physnet1'}]})
        self.cloud.control('POST', 'state', {'routers': [{'id': name, 'name': name, 'network': 'external-id', 'port': name + '-port'}]})

    def routers(self):
        return {row['id']: (row['host'], row['chassis']) for row in self.cloud.state()['routers']}

    def only_gateway(self, number):
        """The others' chassis take no gateways (until their machines report again)."""
        agents = self.cloud.state()['agents']
        for agent in agents:
            if agent['kind'] == 'gateway' and agent['host'] != self.host(number):
                self.cloud.control('POST', 'agents', {'host': agent['host'], 'kind': 'controller', 'id': agent['id'],
                                                      'bridge_mappings': agent['bridge_mappings']})

    def test_row_13_14_and_15_the_only_gateway_goes_by_force_alone_and_comes_back_with_its_routers(self):
        self.only_gateway(1)
        self.add_router('r1')
        self.assertEqual(self.routers()['r1'][0], self.host(1))
        refused = self.world.run('scalein-start', unit=1)
        self.assertEqual(results(refused), {unit(1): 'refused'}, refused)
        self.assertIn('last-gateway', refused['message'])
        self.assertTrue(self.service(1)['enabled'])
        forced = self.world.run('scalein-start', 'force=true', unit=1)
        self.assertEqual(results(forced), {unit(1): 'done'}, forced)
        self.assertIn('1 routers', reasons(forced)[unit(1)])
        self.assertFalse(self.cms_options(1))
        self.assertEqual(self.routers()['r1'][0], self.host(1), 'Neutron keeps the last gateway')
        ended = self.world.run('scalein-end', unit=1)
        self.assertEqual(results(ended), {unit(1): 'refused'}, ended)
        self.assertIn('routers r1', ended['message'])
        back = self.world.run('scalein-recover', unit=1)
        self.assertEqual(results(back), {unit(1): 'done'}, back)
        self.assertTrue(self.cms_options(1))
        self.assertEqual(self.routers()['r1'][0], self.host(1))
        self.assertTrue(self.service(1)['enabled'])

    def test_row_12_and_16_gateways_move_away_and_new_ones_come_to_no_leaving_unit(self):
        leader, (first, second) = self.leader(), self.others()
        self.add_router('old')
        task = self.world.run('scalein-start', units(first, second), unit=leader)
        self.assertNotEqual(task['results']['result'], 'refused', task)
        again = self.world.run('scalein-start', units(first, second), unit=leader)
        self.assertEqual(set(results(again).values()), {'done'}, again)
        self.add_router('new')
        leaving = {self.host(first), self.host(second)}
        for name, (host, chassis) in self.routers().items():
            self.assertEqual((host, leaving & set(chassis)), (self.host(leader), set()), name)


class Outages(ScaleInCase):
    def test_row_18_without_neutron_a_start_goes_on_and_is_completed_later(self):
        self.fault('/v2.0', status=503, **EVER)
        task = self.world.run('scalein-start', unit=1)
        self.assertEqual(results(task), {unit(1): 'in-progress'}, task)
        self.assertIn('gateway verification pending', reasons(task)[unit(1)])
        self.assertFalse(self.service(1)['enabled'])
        self.assertFalse(self.cms_options(1))
        self.clear_faults()
        again = self.world.run('scalein-start', unit=1)
        self.assertEqual((again['status'], results(again)), ('completed', {unit(1): 'done'}), again)
        self.assertEqual(again['results']['run'], task['results']['run'])

    def break_ovs(self, number):
        self.on_machine(number, 'true')
        self.machine_world(number, {'faults': [{'program': 'ovs-vsctl', 'exit': 1, 'stderr': 'database connection failed'}]})

    def machine_world(self, number, patch):
        self.world.driver('world', number, json.dumps(patch))

    def test_row_19_a_start_without_open_vswitch_resumes_or_is_undone(self):
        self.break_ovs(1)
        task = self.world.run('scalein-start', unit=1)
        self.assertEqual(results(task), {unit(1): 'in-progress'}, task)
        self.assertIn('Open vSwitch does not answer', task['message'])
        self.assertFalse(self.service(1)['enabled'])
        self.machine_world(1, {'faults': []})
        again = self.world.run('scalein-start', unit=1)
        self.assertEqual((results(again), again['results']['run']), ({unit(1): 'done'}, task['results']['run']), again)
        self.assertFalse(self.cms_options(1))
        self.world.run('scalein-recover', unit=1)
        self.break_ovs(1)
        self.world.run('scalein-start', unit=1)
        self.machine_world(1, {'faults': []})
        back = self.world.run('scalein-recover', unit=1)
        self.assertEqual(results(back), {unit(1): 'done'}, back)
        self.assertTrue(self.service(1)['enabled'] and self.cms_options(1))

    def test_row_20_a_start_without_the_trait_in_placement_is_accepted_with_a_warning(self):
        state = self.cloud.state()
        row = next(row for row in state['services'] if row['host'] == self.host(1))
        row.update(running=False, last_seen=0)  # it cannot be reached, and so sets no trait
        self.cloud.control('PUT', 'state', state)
        task = self.world.run('scalein-start', unit=1)
        self.assertEqual((task['status'], results(task)), ('completed', {unit(1): 'done'}), task)
        self.assertIn('Placement does not show it disabled', reasons(task)[unit(1)])
        provider = next(row for row in self.cloud.state()['providers'] if row['name'] == self.host(1))
        self.assertNotIn('COMPUTE_STATUS_DISABLED', provider['traits'])

    def test_row_21_without_messages_a_start_reads_what_became_of_its_request(self):
        self.fault('/os-services/', method='PUT', status=504, process=True, **EVER)
        task = self.world.run('scalein-start', unit=1)
        self.assertEqual(results(task), {unit(1): 'done'}, task)
        self.clear_faults()
        self.world.run('scalein-recover', unit=1)
        state = self.cloud.state()
        for row in state['services']:
            row['running'] = False
        self.cloud.control('PUT', 'state', state)
        refused = self.world.run('scalein-start', unit=1)
        self.assertEqual(results(refused), {unit(1): 'refused'}, refused)
        self.assertIn('is the message queue down?', refused['message'])
        self.assertFalse(any(row['forced_down'] for row in self.cloud.state()['services']))
        self.assertEqual(self.requests('POST', '/action'), [])

    def test_row_123_a_service_that_the_catalog_lacks_is_named(self):
        self.world.run('scalein-start', unit=1)
        self.settings(absent_services=['placement'])
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual(task['status'], 'failed')
        for word in ('placement', 'interface', 'RegionOne'):
            self.assertIn(word, task['message'])
        self.assertIsNotNone(self.service(1))

    def test_row_122_a_wrong_password_is_tried_once(self):
        state = self.cloud.state()
        for user in state['users']:
            user['password'] = 'another'
        self.cloud.control('PUT', 'state', state)
        self.cloud.control('POST', 'tokens/expire', {})
        since = self.asked()
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual(task['status'], 'failed')
        self.assertIn('401', task['message'])
        tried = [row for row in self.requests('POST', 'auth/tokens', since)]
        self.assertEqual(len(tried), 1)


class Batches(ScaleInCase):
    def test_row_24_a_recover_waits_for_moves_and_aborts_none(self):
        server = self.boot(1)
        self.settings(live_seconds=100)
        self.world.run('scalein-start', unit=1)
        self.world.run('migrate', 'wait=0', unit=1)
        self.until('nothing moves', lambda: self.cloud.state()['migrations'])
        task = self.world.run('scalein-recover', unit=1)
        self.assertEqual(results(task), {unit(1): 'refused'}, task)
        self.assertIn('in flight', task['message'])
        self.assertFalse(self.service(1)['enabled'])
        self.cloud.control('POST', 'clock', {'advance': 200})
        self.until('the server stays', lambda: self.hosts_of_servers() != [self.host(1)])
        self.assertEqual([row['status'] for row in self.cloud.state()['migrations']], ['completed'])
        self.assertEqual(self.requests('DELETE', server + '/migrations'), [])
        back = self.world.run('scalein-recover', unit=1)
        self.assertEqual(results(back), {unit(1): 'done'}, back)

    def test_row_26_recovering_a_unit_that_was_never_started_disturbs_no_other(self):
        leader, (first, second) = self.leader(), self.others()
        self.world.run('scalein-start', units(first), unit=leader)
        task = self.world.run('scalein-recover', units(first, second), unit=leader)
        self.assertEqual(reasons(task)[unit(second)], 'not tombstoned')
        self.assertEqual(results(task)[unit(second)], 'done')
        again = self.world.run('scalein-recover', units(first, second), unit=leader)
        self.assertEqual(set(results(again).values()), {'done'}, again)
        self.assertTrue(self.service(first)['enabled'] and self.service(second)['enabled'])

    def test_row_36_concurrent_updates_in_placement_are_tried_again(self):
        self.world.run('scalein-start', unit=1)
        self.settings(provider_deletes_fail=[self.host(1)], placement_conflicts=3)
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual(results(task), {unit(1): 'done'}, task)
        self.assertNotIn(self.host(1), [row['name'] for row in self.cloud.state()['providers']])
        self.assertEqual(self.cloud.state()['settings']['placement_conflicts'], 0)

    def test_row_39_agents_that_are_gone_already_hold_nothing_up(self):
        self.world.run('scalein-start', unit=1)
        self.fault('/v2.0/agents/', method='DELETE', status=404, process=True, **EVER)
        task = self.world.run('scalein-end', unit=1)
        self.assertEqual(results(task), {unit(1): 'done'}, task)
        self.assertNotIn(self.host(1), [row['host'] for row in self.cloud.state()['agents']])

    def test_row_43_a_unit_that_is_not_empty_does_not_keep_another_from_ending(self):
        leader, (first, second) = self.leader(), self.others()
        self.boot(second)
        self.world.run('scalein-start', units(first, second), unit=leader)
        task = self.world.run('scalein-end', units(first, second), unit=leader)
        self.assertEqual((task['status'], results(task)), ('failed', {unit(first): 'in-progress', unit(second): 'refused'}), task)
        self.assertIn('1 server on it', reasons(task)[unit(second)])
        self.assertIsNone(self.service(first))
        self.assertTrue(self.service(second)['running'])
        again = self.world.run('scalein-end', units(first, second), unit=leader)
        self.assertEqual(results(again), {unit(first): 'done', unit(second): 'refused'}, again)

    def test_a_unit_that_the_cloud_does_not_tell_about_fails_alone(self):
        leader, (first, second) = self.leader(), self.others()
        self.world.run('scalein-start', units(first, second), unit=leader)
        self.world.juju('world', 'tick')
        self.fault('/resource_providers', status=500, **EVER)
        task = self.world.run('scalein-end', units(first), unit=leader)
        self.assertEqual(results(task), {unit(first): 'failed'}, task)
        self.assertIn('500', task['message'])
        self.clear_faults()
        self.fault('/os-migrations', status=500, nth=1)  # of the first unit alone
        task = self.world.run('scalein-recover', units(first, second), unit=leader)
        self.assertEqual(results(task)[unit(first)], 'failed', task)
        self.assertNotEqual(results(task)[unit(second)], 'failed', task)
        self.assertTrue(self.service(second)['enabled'])
        self.clear_faults()
        self.fault('/os-migrations', status=500, nth=1)
        task = self.world.run('scalein-status', units(first, second), unit=leader)
        self.assertEqual(results(task), {unit(first): 'failed', unit(second): 'done'}, task)
        self.assertEqual([row['unit'] for row in json.loads(task['results']['states'])], [unit(second)])

    def test_only_a_tombstoned_unit_with_a_record_is_ordered_to_end(self):
        leader, (first, second) = self.leader(), self.others()
        self.cloud.control('POST', 'compute', {'action': 'delete-record', 'host': self.host(second)})
        task = self.world.run('scalein-end', units(first, second), unit=leader)
        self.assertEqual(set(results(task).values()), {'refused'}, task)
        for number in (first, second):
            self.assertIn('it is not tombstoned', reasons(task)[unit(number)])

    def test_a_plan_names_what_would_be_refused_and_changes_nothing(self):
        leader = self.leader()
        since = self.asked()
        everyone = units(0, 1, 2)
        for action, word in (('scalein-start', 'min-computes'), ('scale-in', 'min-computes'), ('scalein-end', 'not tombstoned'),
                             ('scalein-recover', 'not tombstoned'), ('migrate', 'not tombstoned')):
            with self.subTest(action=action):
                task = self.world.run(action, everyone, 'plan=true', unit=leader)
                self.assertIn(word, json.dumps(task['results']), task)
        self.assertEqual(self.writes(since), [])
        self.assertTrue(all(self.service(number)['enabled'] for number in range(3)))

    def test_row_60_list_compute_nodes_says_unknown_for_a_cell_that_does_not_answer(self):
        self.settings(down_cells=[self.host(1)])
        task = self.world.run('list-compute-nodes')
        states = {row['host']: row['state'] for row in json.loads(task['results']['compute-nodes'])}
        self.assertEqual([states[self.host(number)] for number in range(3)], ['up', 'unknown', 'up'])
        refused = self.world.run('scalein-start', unit=1)
        self.assertEqual(results(refused), {unit(1): 'refused'}, refused)


class Leaders(ScaleInCase):
    def test_row_84_of_two_starts_on_two_units_one_gives_way(self):
        self.world.juju('config', 'nova-compute', 'min-computes=2')
        tasks = [self.background('scalein-start', number=number) for number in (0, 1)]
        ended = [self.ended_task(task) for task in tasks]
        self.assertEqual(sorted(task['results']['result'] for task in ended), ['done', 'refused'], ended)
        self.assertEqual(sum(self.service(number)['enabled'] for number in range(3)), 2)

    def test_row_85_a_new_leader_goes_on_with_the_same_run(self):
        leader, (first, second) = self.leader(), self.others()
        started = self.world.run('scalein-start', units(first), unit=leader)
        self.world.juju('world', 'leader', unit(second))
        self.assertEqual(self.state_of(first, on=second)['state'], 'drained')
        again = self.world.run('scalein-start', units(first), unit=second)
        self.assertEqual((again['status'], again['results']['run']), ('completed', started['results']['run']), again)
        self.world.run('scalein-end', units(first), unit=second)
        done = self.world.run('scalein-end', units(first), unit=second)
        self.assertEqual(results(done), {unit(first): 'done'}, done)

    def test_row_86_a_leader_that_is_one_no_more_gives_no_orders(self):
        leader, (first, second) = self.leader(), self.others()
        self.boot(first)
        self.settings(live_seconds=100)
        self.world.run('scale-in', units(first), 'wait=0', unit=leader)
        self.until('nothing moves', lambda: self.cloud.state()['migrations'])
        self.world.juju('world', 'leader', unit(second))
        self.cloud.control('POST', 'clock', {'advance': 200})
        self.until('the run goes on', lambda: self.run_facts(leader)['state'] == 'ended')
        # The run asks for a hook when it has ended.
        self.until('no hook tells of it', lambda: 'is not the leader any more' in self.world.unit_log())
        self.world.juju('world', 'settle')
        self.assertIsNotNone(self.service(first), 'the old leader ordered an end')
        refused = self.world.run('scalein-end', units(first), unit=leader)
        self.assertEqual((refused['status'], refused['message'][:6]), ('failed', 'units:'), refused)
        ended = self.world.run('scalein-end', units(first), unit=second)
        self.assertEqual(results(ended), {unit(first): 'in-progress'}, ended)
        self.assertIsNone(self.service(first))

    def test_the_application_tells_of_leaving_units_and_of_itself_afterwards(self):
        leader, (first, second) = self.leader(), self.others()
        self.world.run('scalein-start', units(first), unit=leader)
        self.world.juju('world', 'tick')
        self.assertEqual(self.application(), ('maintenance', 'Scaling in: %s tombstoned' % unit(first)))
        self.world.run('scalein-end', units(first), unit=leader)
        self.world.juju('world', 'tick')
        self.assertEqual(self.application(), ('maintenance', 'Scaling in: %s ended' % unit(first)))
        self.world.juju('remove-unit', unit(first))
        self.assertEqual(self.application(), ('active', 'Unit is ready'))
        self.world.juju('config', 'nova-compute', 'virt-type=xen')
        self.assertEqual(self.application()[0], 'blocked')
        self.world.juju('config', 'nova-compute', '--reset', 'virt-type')
        self.assertEqual(self.application(), ('active', 'Unit is ready'))


if __name__ == '__main__':
    unittest.main()
