"""Capacity in a whole world: the cloud fills up, thresholds are crossed, a host goes down; who looks where sees it."""
import base64
import json
import lzma
import pathlib
import subprocess
import tempfile
import time
import unittest

from world import MARKER, ROOT, World

OBSERVABILITY = ROOT / 'observability'

#: three hosts of 32 VCPU (8 x 4.0) each; a server of m1.vcpu takes one of them and next to nothing else
FLAVOR = {'id': '7', 'name': 'm1.vcpu', 'vcpus': 1, 'ram': 1, 'disk': 1}
CONFIG = {'capacity-flavors': 'm1.vcpu', 'capacity-up': '10', 'capacity-size': '40', 'capacity-down': '50', 'capacity-looks': '1',
          'capacity-interval': '0', 'capacity-handler': 'juju'}
#: it is there while a run of create-node goes on
SERVICE = 'etc/systemd/system/nova-compute-node.service'


class Capacity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(config=CONFIG).related()
        assert cls.world.unit() == ('active', 'Unit is ready'), cls.world.unit()
        cls.cloud = cls.world.cloud
        for host in ('x1', 'x2'):
            cls.cloud.control('POST', 'compute', {'host': host, 'action': 'start'})
        cls.cloud.control('POST', 'discover', {})
        cls.cloud.control('POST', 'state', {'flavors': [FLAVOR]})
        cls.world.snapshot()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def setUp(self):
        self.world.restore(still=True)
        self.cloud.control('DELETE', 'faults')
        self.cloud.control('DELETE', 'requests')

    def tearDown(self):
        self.assertNotIn(MARKER, self.world.everything_shown())

    def use(self, *vcpus):
        """So many VCPU of each host's provider are used."""
        state = self.cloud.state()
        state['allocations'] = [{'consumer': 'c%d' % number, 'provider': provider['uuid'], 'resources': {'VCPU': amount}}
                                for number, (provider, amount) in enumerate(zip(state['providers'], vcpus)) if amount]
        self.cloud.control('PUT', 'state', state)

    def tick(self):
        self.world.juju('world', 'tick')
        return self.application()

    def application(self):
        current = self.world.status()['applications']['nova-compute']['application-status']
        return current['current'], current.get('message', '')

    def logged(self, text):
        return self.world.unit_log().count(text)

    def published(self, key):
        """What a program finds on the peer relation, as the unit's own tools show it."""
        return self.relation_get('compute-peer', '--app', key, 'nova-compute')

    def relation_get(self, endpoint, *arguments):
        relation = self.world.juju('exec', '-u', 'nova-compute/0', '--', 'relation-ids', endpoint).split()[0]
        return self.world.juju('exec', '-u', 'nova-compute/0', '--', 'relation-get', '-r', relation, *arguments).strip()

    def action(self, *parameters):
        task = self.world.run('capacity', *parameters)
        self.assertEqual(task['status'], 'completed', task)
        return task['results']

    def nodes(self):
        return sorted(server['name'] for server in self.cloud.state()['servers'] if server['name'].startswith('base_'))

    def tick_until_nodes(self, *names):
        self.tick_until(lambda: self.nodes() == list(names), names)

    def tick_until(self, condition, what):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline, '%s: %s' % (what, self.nodes()))
            self.tick()

    def test_handler_openstack_nova_makes_each_wanted_node_once(self):
        config = ('capacity-handler=openstack-nova', 'node-base-name=base', 'node-flavor=m1.tiny', 'node-registered=active')
        self.world.juju('config', 'nova-compute', *config)
        self.use(28, 29, 30)
        status, text = self.tick()
        self.assertRegex(text, '^Capacity low: m1.vcpu 9 left, 2 nodes wanted; no node is made: .*image')
        self.assertEqual(self.nodes(), [])
        self.world.juju('config', 'nova-compute', 'node-image=cirros')
        self.tick_until_nodes('base_1', 'base_2')
        for _ in range(3):
            self.tick()
        self.assertEqual(self.nodes(), ['base_1', 'base_2'])

    def test_another_leader_makes_no_node_of_a_decision_again(self):
        self.world.juju('add-unit', 'nova-compute')
        self.world.juju('config', 'nova-compute', 'capacity-handler=openstack-nova', 'node-base-name=base', 'node-flavor=m1.tiny',
                        'node-image=cirros', 'node-registered=active', 'capacity-size=60', 'capacity-down=70')
        self.use(28, 29, 30)  # and 32 of the new host: 41 left
        self.world.juju('config', 'nova-compute', 'capacity-up=42', 'capacity-down=102')
        self.tick_until_nodes('base_1')
        self.world.juju('world', 'leader', 'nova-compute/1')
        self.tick_until_nodes('base_1', 'base_2')
        for leader in (1, 0):
            self.world.juju('world', 'leader', 'nova-compute/%d' % leader)
            self.tick_until(lambda: not any((self.world.machine(number) / SERVICE).exists() for number in (0, 1)), 'no run goes on')
            self.tick()
            self.tick()
        self.assertEqual(self.nodes(), ['base_1', 'base_2'])
        self.world.juju('world', 'leader', 'nova-compute/1')
        self.world.juju('config', 'nova-compute', 'capacity-up=0', 'capacity-down=0', 'capacity-flavors=')
        self.assertEqual([self.published(key) for key in ('capacity', 'nodes-begun')], ['', ''])

    def test_row_104_low_below_the_up_value_until_the_down_value_and_said_once(self):
        self.use(20, 20, 20)
        self.assertEqual(self.tick(), ('active', 'Unit is ready'))
        self.use(28, 29, 30)  # 9 left
        self.assertEqual(self.tick(), ('active', 'Capacity low: m1.vcpu 9 left, 2 nodes wanted'))
        self.assertEqual(self.published('wanted-units'), '3')
        self.tick()
        self.assertEqual(self.logged('capacity of flavor m1.vcpu is low'), 1)
        self.use(16, 16, 15)  # 49 left: above up, below down
        self.assertEqual(self.tick(), ('active', 'Capacity low: m1.vcpu 49 left, 2 nodes wanted'))
        self.use(16, 16, 14)  # 50
        self.assertEqual(self.tick(), ('active', 'Unit is ready'))
        self.assertEqual(self.published('wanted-units'), '')
        self.assertEqual(self.logged('capacity of flavor m1.vcpu is normal'), 1)
        self.use(0, 0, 14)  # 82: one node of 32 may go
        self.tick()
        self.assertEqual(self.published('spare-units'), '1')

    def test_row_104_by_percent_of_a_class(self):
        self.world.juju('config', 'nova-compute', 'capacity-used-up=80', 'capacity-used-down=60', 'capacity-up=0', 'capacity-down=0')
        self.use(28, 28, 26)  # 82 of 96: 85 %; below 60 % needs 137: 2 nodes of 32
        self.assertEqual(self.tick(), ('active', 'Capacity low: VCPU 85 % used (82 of 96), 2 nodes wanted'))
        self.use(20, 20, 18)  # 60 %
        self.assertTrue(self.tick()[1].startswith('Capacity low: VCPU 60 % used'))
        self.use(20, 20, 17)
        self.assertEqual(self.tick(), ('active', 'Unit is ready'))

    def test_row_105_thresholds_that_would_flap_are_refused(self):
        self.world.juju('config', 'nova-compute', 'capacity-down=49')
        status, message = self.world.unit()
        self.assertEqual(status, 'blocked')
        self.assertIn('capacity-down: 49 is less than capacity-up + capacity-size (10 + 40)', message)

    def test_row_106_a_host_that_is_down_is_named_and_nothing_is_decided(self):
        self.use(30, 30, 30)
        self.cloud.control('POST', 'compute', {'host': 'x2', 'action': 'stop'})
        self.cloud.control('POST', 'clock', {'advance': 300})
        self.assertEqual(self.tick(), ('active', 'Capacity not judged: x2 is down'))
        self.assertEqual(self.published('wanted-units'), '')
        self.assertEqual(self.action()['doubt'], 'x2 is down')
        self.cloud.control('POST', 'compute', {'host': 'x2', 'action': 'start'})
        self.assertEqual(self.tick(), ('active', 'Capacity low: m1.vcpu 6 left, 2 nodes wanted'))

    def test_row_107_a_flavor_that_no_host_could_take_has_no_capacity(self):
        self.cloud.control('POST', 'state', {'flavors': [{'id': '8', 'name': 'm1.huge', 'vcpus': 1, 'ram': 10**6, 'disk': 1}]})
        self.world.juju('config', 'nova-compute', 'capacity-flavors=m1.huge')
        self.assertEqual(self.tick(), ('active', 'No capacity: m1.huge'))
        self.assertEqual(self.action()['left'], 'm1.huge=no capacity')

    def test_the_action_tells_places_and_what_is_stranded(self):
        self.use(0, 31, 32)
        row = next(row for row in self.cloud.state()['services'] if row['host'] == 'x1')
        state = self.cloud.state()
        for service in state['services']:
            if service['id'] == row['id']:
                service.update(enabled=False, disabled_reason='maintenance')
        self.cloud.control('PUT', 'state', state)
        results = self.action('flavors=m1.vcpu,no-such')
        self.assertEqual(results['left'], 'm1.vcpu=32, no-such=no such flavor')
        report = json.loads(results['report'])
        host = self.world.run('node-name')['results']['node-name']
        self.assertEqual(report['profiles']['m1.vcpu']['hosts'], {host: 32})
        self.assertEqual(report['profiles']['m1.vcpu']['stranded'], {'x1': 1})
        self.assertEqual(report['hosts']['disabled'], ['x1'])
        self.assertEqual({key: report['classes']['VCPU'][key] for key in ('total', 'capacity', 'used', 'free', 'stranded')},
                         {'total': 16, 'capacity': 64, 'used': 32, 'free': 32, 'stranded': 1})

    def test_a_cloud_that_does_not_answer_changes_nothing(self):
        self.use(30, 30, 30)
        self.tick()
        self.cloud.control('POST', 'faults', {'path': '/placement', 'status': 500, 'count': 0})
        self.assertIn('Capacity not judged: ', self.tick()[1])
        self.assertEqual(self.published('wanted-units'), '3')

    def test_switched_off_nothing_of_it_is_left(self):
        self.use(30, 30, 30)
        self.tick()
        self.world.juju('config', 'nova-compute', 'capacity-flavors=')
        self.assertEqual(self.tick(), ('active', 'Unit is ready'))
        self.assertEqual([self.published(key) for key in ('capacity', 'wanted-units', 'spare-units')], ['', '', ''])

    def test_cos_agent_brings_the_exporter_and_hands_over_what_grafana_agent_takes(self):
        """Fields and their forms: charm library grafana_agent.v0.cos_agent (job_name included: Prometheus takes no job without one)."""
        self.assertNotIn('prometheus-node-exporter', self.installed())
        self.world.juju('integrate', 'nova-compute:cos-agent', 'grafana-agent:cos-agent')
        self.assertEqual(self.world.unit(), ('active', 'Unit is ready'))
        self.assertIn('prometheus-node-exporter', self.installed())
        handed = json.loads(self.relation_get('cos-agent', 'config', 'nova-compute/0'))
        self.assertEqual(sorted(handed), ['dashboards', 'log_alert_rules', 'log_slots', 'metrics_alert_rules', 'metrics_scrape_jobs'])
        packed, = handed['dashboards']
        self.assertEqual(json.loads(lzma.decompress(base64.b64decode(packed))), json.loads((OBSERVABILITY / 'dashboard.json').read_text()))
        job, = handed['metrics_scrape_jobs']
        job['static_configs'][0]['labels'] = {'juju_application': 'nova-compute', 'juju_unit': 'nova-compute/0'}  # as the agent adds them
        with tempfile.TemporaryDirectory() as folder:
            rules, config = pathlib.Path(folder) / 'rules.yml', pathlib.Path(folder) / 'prometheus.yml'
            rules.write_text(json.dumps(handed['metrics_alert_rules']))
            config.write_text(json.dumps({'rule_files': [str(rules)], 'scrape_configs': [job]}))
            subprocess.run(['promtool', 'check', 'config', config], check=True, stdout=subprocess.DEVNULL)
        model = self.world.status()['model']
        for group in handed['metrics_alert_rules']['groups']:
            for rule in group['rules']:
                self.assertEqual((rule['labels']['juju_model'], rule['labels']['juju_application']), (model['name'], 'nova-compute'))
                self.assertIn('juju_model_uuid="%s",juju_application="nova-compute"' % rule['labels']['juju_model_uuid'], rule['expr'])
                self.assertNotIn('%%', rule['expr'])

    def installed(self):
        return self.world.juju('exec', '-u', 'nova-compute/0', '--', 'dpkg-query', '--show').split()

    def test_metrics_are_a_text_file_of_the_node_exporter(self):
        self.world.juju('config', 'nova-compute', 'capacity-up=10')
        self.use(30, 30, 30)
        folder = self.world.machine() / 'var/lib/prometheus/node-exporter'
        folder.mkdir(parents=True)  # as the package prometheus-node-exporter makes it
        self.tick()
        text = (folder / 'nova-compute-0.prom').read_text()
        self.assertIn('nova_compute_capacity_servers_left{application="nova-compute",flavor="m1.vcpu"} 6\n', text)
        self.assertIn('nova_compute_capacity_wanted_nodes{application="nova-compute"} 2\n', text)
        self.assertIn('nova_compute_capacity_hosts{application="nova-compute",state="serving"} 3\n', text)
        self.assertRegex(text, r'nova_compute_tombstoned\{unit="nova-compute/0",host="[^"]+"\} 0\n')


if __name__ == '__main__':
    unittest.main()
