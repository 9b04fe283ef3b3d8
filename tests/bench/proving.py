"""Figure of verify: all of its steps on a machine of the bed, side by side with the same steps by the openstack command line, which a
person would type (or a wiki page holds). Run by `scripts/bench bed`; python3-openstackclient and python3-osc-placement are there.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests/bed'))
import real  # noqa: E402
from test_nodes import Nodes  # noqa: E402

RUNS = 2
HOST = 'm0'


class CommandLine:
    """The openstack command line as the cloud's administrator. Each step waits until what it did is done."""

    def __init__(self):
        variables = dict(line.partition('=')[::2] for line in real.bed('openrc').replace('export ', '').split())
        self.environment = dict(os.environ, NO_PROXY='*', no_proxy='*', OS_COMPUTE_API_VERSION='2.74', OS_VOLUME_API_VERSION='3.59',
                                **variables)
        self.seconds = {}

    def __call__(self, *words, form='json'):
        command = ['openstack', *map(str, words)] + (['-f', form] if form else [])
        done = subprocess.run(command, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        if done.returncode != 0:
            raise AssertionError('%s: %s' % (' '.join(command), done.stderr))
        return json.loads(done.stdout) if form == 'json' else done.stdout

    def status(self, kind, name, wanted):
        return real.until(300, lambda: self(kind, 'show', name)['status'] == wanted, '%s %s %s' % (kind, name, wanted))

    def step(self, name, work):
        begin = time.monotonic()
        work()
        self.seconds[name] = time.monotonic() - begin

    def life(self):
        """The steps of docs/verify.md, in their order."""
        for name in ('service', 'hypervisor', 'inventory', 'agents', 'keypair', 'flavor', 'image', 'security_group', 'boot', 'host',
                     'console', 'vnc', 'volume', 'resize_revert', 'resize', 'delete'):
            self.step(name, getattr(self, name))
        return sum(self.seconds.values())

    def service(self):
        row, = self('compute', 'service', 'list', '--host', HOST, '--service', 'nova-compute')
        assert (row['Status'], row['State']) == ('enabled', 'up'), row

    def hypervisor(self):
        assert self('hypervisor', 'show', HOST)['state'] == 'up'

    def inventory(self):
        provider, = self('resource', 'provider', 'list', '--name', HOST)
        classes = {row['resource_class'] for row in self('resource', 'provider', 'inventory', 'list', provider['uuid'])}
        assert classes >= {'VCPU', 'MEMORY_MB', 'DISK_GB'}, classes

    def agents(self):
        rows = self('network', 'agent', 'list', '--host', HOST)
        assert len(rows) == 2 and all(row['Alive'] for row in rows), rows

    def keypair(self):
        key = pathlib.Path(real.STATE) / 'by-hand'
        if not key.exists():
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], check=True)
        self('keypair', 'create', '--public-key', str(key) + '.pub', 'by-hand')

    def flavor(self):
        tiny = self('flavor', 'show', 'tiny')
        self('flavor', 'create', '--ram', tiny['ram'] + 64, '--vcpus', tiny['vcpus'], '--disk', tiny['disk'], 'by-hand')

    def image(self):
        assert self('image', 'show', 'tiny')['status'] == 'active'

    def security_group(self):
        self('security', 'group', 'create', 'by-hand')
        self('security', 'group', 'rule', 'create', '--protocol', 'icmp', '--remote-ip', '0.0.0.0/0', 'by-hand')

    def boot(self):
        server = self('server', 'create', '--image', 'tiny', '--flavor', 'tiny', '--network', 'net', '--host', HOST, '--key-name', 'by-hand',
                      '--security-group', 'by-hand', '--wait', 'by-hand')
        assert server['status'] == 'ACTIVE', server

    def host(self):
        assert self('server', 'show', 'by-hand')['OS-EXT-SRV-ATTR:host'] == HOST

    def console(self):
        real.until(60, lambda: self('console', 'log', 'show', 'by-hand', form='').strip(), 'console log')

    def vnc(self):
        assert self('console', 'url', 'show', '--novnc', 'by-hand')['url']

    def volume(self):
        self('volume', 'create', '--size', 1, 'by-hand')
        self.status('volume', 'by-hand', 'available')
        self('server', 'add', 'volume', 'by-hand', 'by-hand')
        self.status('volume', 'by-hand', 'in-use')
        self('server', 'remove', 'volume', 'by-hand', 'by-hand', form='')
        self.status('volume', 'by-hand', 'available')
        self('volume', 'delete', 'by-hand', form='')

    def resized(self):
        self('server', 'resize', '--flavor', 'by-hand', '--wait', 'by-hand', form='')
        self.status('server', 'by-hand', 'VERIFY_RESIZE')

    def resize_revert(self):
        self.resized()
        self('server', 'resize', 'revert', 'by-hand', form='')
        self.status('server', 'by-hand', 'ACTIVE')

    def resize(self):
        self.resized()
        self('server', 'resize', 'confirm', 'by-hand', form='')
        self.status('server', 'by-hand', 'ACTIVE')

    def delete(self):
        self('server', 'delete', '--wait', 'by-hand', form='')
        self('security', 'group', 'delete', 'by-hand', form='')
        self('flavor', 'delete', 'by-hand', form='')
        self('keypair', 'delete', 'by-hand', form='')


def figures(row):
    Nodes.setUpClass()
    try:
        nodes = Nodes('test_1_two_nodes')
        nodes.debug()
        ours, theirs = [], []
        for _ in range(RUNS):
            task, checks, seconds = nodes.verify(0)
            assert task['results'].get('result') == 'passed' and all(check['result'] == 'passed' for check in checks.values()), task
            by_hand = CommandLine()
            theirs.append(by_hand.life())
            ours.append(seconds)
            nodes.check_nothing_is_left()
        print(task['results']['table'])
        print('\n'.join('%-16s %6.1f s' % step for step in by_hand.seconds.items()))
        times = statistics.median(there / here for here, there in zip(ours, theirs))
        row('verify with %d steps on the bed: times faster than the openstack command line (%.0f s : %.0f s)'
            % (len(checks), statistics.median(ours), statistics.median(theirs)), '%.2f' % times, '>= 1', times >= 1)
    finally:
        Nodes.tearDownClass()
