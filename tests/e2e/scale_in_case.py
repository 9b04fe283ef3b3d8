"""What tests of scale-in share: three units that serve, and looks at them and at the cloud."""
import contextlib
import json
import sqlite3
import time
import unittest

from world import MARKER, World

CONFIG = {'enable-live-migration': 'true', 'enable-resize': 'true', 'prefer-chassis-as-gw': 'true',
          'ovn-bridge-mappings': 'physnet1:br-ex', 'bridge-interface-mappings': 'br-ex:eth1'}


def unit(number):
    return 'nova-compute/%d' % number


def units(*numbers):
    return 'units=' + ','.join(unit(number) for number in numbers)


def results(task):
    """unit -> result of a scale-in action."""
    return {row['unit']: row['result'] for row in json.loads(task['results']['units'])}


def reasons(task):
    return {row['unit']: row['reason'] for row in json.loads(task['results']['units'])}


class ScaleInCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(units=3, config=CONFIG).related()
        for number in range(3):
            assert cls.world.unit(number) == ('active', 'Unit is ready'), cls.world.unit(number)
        cls.world.snapshot()
        cls.cloud = cls.world.cloud

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def setUp(self):
        self.world.restore()
        self.cloud.control('DELETE', 'faults')
        self.cloud.control('DELETE', 'requests')

    def tearDown(self):
        self.assertNotIn(MARKER, self.world.everything_shown())

    def host(self, number):
        machine = self.world.machine(number)
        return json.loads((machine / 'run/emulator/world.json').read_text())['fqdn']

    def leader(self):
        everyone = self.world.status()['applications']['nova-compute']['units']
        return next(int(name.split('/')[1]) for name in everyone if everyone[name].get('leader'))

    def others(self):
        return [number for number in range(3) if number != self.leader()]

    def application(self):
        current = self.world.status()['applications']['nova-compute']['application-status']
        return current['current'], current.get('message', '')

    def service(self, number):
        host = self.host(number)
        return next((row for row in self.cloud.state()['services']
                     if row['host'] == host and row['binary'] == 'nova-compute'), None)

    def on_machine(self, number, *command):
        return self.world.juju('exec', '-u', unit(number), '--', *command).strip()

    def ovs(self, number, key):
        return self.on_machine(number, 'ovs-vsctl', 'get', *key)

    def cms_options(self, number):
        text = self.on_machine(number, 'ovs-vsctl', 'get', 'Open_vSwitch', '.', 'external_ids')
        return 'enable-chassis-as-gw' in text.replace('charm-nova-compute-saved-ovn-cms-options=enable-chassis-as-gw', '')

    def boot(self, number, name='guest', **more):
        state = self.cloud.state()
        host = self.host(number)
        state['servers'].append({'id': '%08d-0000-4000-8000-00000000000%d' % (len(state['servers']) + 1, number), 'name': name,
                                 'flavor': state['flavors'][0]['id'], 'image': state['images'][0]['id'], 'host': host,
                                 'node': host, 'status': 'ACTIVE', **more})
        self.cloud.control('PUT', 'state', state)
        return state['servers'][-1]['id']

    def hosts_of_servers(self):
        return [row['host'] for row in self.cloud.state()['servers']]

    def settings(self, **settings):
        self.cloud.control('POST', 'state', {'settings': settings})

    def fault(self, path, **fault):
        self.cloud.control('POST', 'faults', {'path': path, **fault})

    def clear_faults(self):
        self.cloud.control('DELETE', 'faults')

    def requests(self, method, part, since=0):
        return [row for row in self.cloud.control('GET', 'requests?since=%d' % since)['requests']
                if row['method'] == method and part in row['path']]

    def asked(self):
        """How many requests there were until now."""
        return len(self.cloud.control('GET', 'requests')['requests'])

    def writes(self, since):
        """Requests since then that change something."""
        return [(row['method'], row['path']) for row in self.cloud.control('GET', 'requests?since=%d' % since)['requests']
                if row['method'] != 'GET' and 'auth/tokens' not in row['path']]

    def state_of(self, number, on=None):
        arguments = [] if on is None else [units(number)]
        task = self.world.run('scalein-status', *arguments, unit=number if on is None else on)
        return json.loads(task['results']['states'])[0]

    def run_facts(self, number):
        """What the journal of a unit knows of its last run."""
        path = self.world.machine(number) / 'var/lib/nova-compute-charm' / unit(number).replace('/', '-') / 'journal.db'
        with contextlib.closing(sqlite3.connect(path)) as journal:
            return dict(journal.execute("select key, value from fact where scope = 'run'"))

    def settled(self):
        """True, after every hook that is due by now has run: the hook that a drain asks for comes at a time of its own."""
        self.world.juju('world', 'settle')
        return True

    def until(self, what, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.1)

    def background(self, action, *arguments, number=0):
        """Number of the task."""
        text = self.world.juju('run', unit(number), action, *arguments, '--background')
        return int(text.split('with task ')[1].split()[0])

    def task(self, number):
        return json.loads(self.world.juju('show-task', number, '--format', 'json'))

    def ended_task(self, number):
        self.until('task %d goes on' % number, lambda: self.task(number)['status'] not in ('pending', 'running', 'aborting'))
        return self.task(number)
