"""A whole world for one test: the packed charm in the local model, on emulated machines, against the emulated cloud.

World() starts a cloud, writes the counterpart charms and deploys; everything is in one temporary folder and goes with close().
"""
import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get('NCC_BIN', ROOT / 'build/dev/bin'))
CHARM = pathlib.Path(os.environ.get('NCC_CHARM', ROOT / 'build/nova-compute_ubuntu-24.04-amd64.charm'))
DRIVER = ROOT / 'tests/e2e/driver'
#: our endpoint -> counterpart and its endpoint
RELATIONS = {
    'amqp': 'rabbitmq-server:amqp',
    'image-service': 'glance:image-service',
    'cloud-credentials': 'keystone:identity-credentials',
    'cloud-compute': 'nova-cloud-controller:cloud-compute',
    'ovsdb': 'ovn-central:ovsdb',
    'certificates': 'vault:certificates',
}
IRONIC_RELATIONS = {
    'amqp': 'rabbitmq-server:amqp',
    'image-service': 'glance:image-service',
    'cloud-credentials': 'keystone:identity-credentials',
    'cloud-compute': 'nova-cloud-controller:cloud-compute',
    'ironic-api': 'ironic-api:ironic-api',
}
#: planted as every password; must be in no log, status, argument list or explain output
MARKER = 'xMARKERx-do-not-show'


class Cloud:
    """cloud-emulator on a free port of the loopback."""

    def __init__(self, folder, password=MARKER):
        with open(folder / 'cloud.log', 'w') as log:
            self.process = subprocess.Popen([BIN / 'cloud-emulator', '--port', '0', '--password', password],
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        self.url = 'http://127.0.0.1:' + self.process.stdout.readline().strip()

    def control(self, method, path, body=None):
        request = urllib.request.Request(self.url + '/_emulator/' + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def state(self):
        return self.control('GET', 'state')

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class World:
    def __init__(self, units=1, config=None, counterpart_units=1, juju='3.6', deploy=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='ncc-world-'))
        self.cloud = Cloud(self.folder)
        self.counterparts = self.folder / 'counterparts'
        subprocess.run([ROOT / 'tests/counterparts/make', '--dir', self.counterparts, '--auth-url', self.cloud.url,
                        '--units', str(counterpart_units), '--secret', MARKER], check=True)
        self.environment = dict(os.environ, NCC_BIN=str(BIN), LOCAL_JUJU_MODEL=str(self.folder / 'model'),
                                LOCAL_JUJU_COUNTERPARTS=str(self.counterparts),
                                LOCAL_MACHINES=str(self.folder / 'machines'),
                                LOCAL_MACHINE_WORLD=json.dumps({'cloud_control': self.cloud.url}))
        self.version = juju
        if deploy:
            self.deploy(units, config)

    def juju(self, *arguments, check=True):
        done = subprocess.run([BIN / 'local-juju', *map(str, arguments)], env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
        if check and done.returncode != 0:
            raise AssertionError('juju %s: %d\n%s\n%s' % (' '.join(map(str, arguments)), done.returncode, done.stdout,
                                                        done.stderr + self.unit_log()[-3000:]))
        return done.stdout

    def deploy(self, units=1, config=None, charm=CHARM):
        options = [option for key, value in (config or {}).items() for option in ('--config', '%s=%s' % (key, value))]
        self.juju('deploy', charm, '--juju', self.version, '-n', units, '--machine-command', DRIVER, *options)

    def relate(self, *endpoints):
        for endpoint in endpoints or RELATIONS:
            self.juju('integrate', 'nova-compute:' + endpoint, (RELATIONS | IRONIC_RELATIONS)[endpoint])

    def related(self):
        self.relate()
        return self

    def status(self):
        return json.loads(self.juju('status', '--format=json'))

    def unit(self, number=0):
        """(workload status, message) of one unit."""
        current = self.status()['applications']['nova-compute']['units']['nova-compute/%d' % number]['workload-status']
        return current['current'], current.get('message', '')

    def run(self, action, *arguments, unit=0):
        name = 'nova-compute/%d' % unit
        return json.loads(self.juju('run', name, action, *arguments, '--format', 'json', check=False))[name]

    def driver(self, verb, number, *arguments):
        """machine-driver on the machine of a unit: path, world, reboot ..."""
        name = self.status()['applications']['nova-compute']['units']['nova-compute/%d' % number]['machine']
        return subprocess.run([DRIVER, verb, name, *arguments], env=self.environment, check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def machine(self, number=0):
        return pathlib.Path(self.driver('path', number))

    def files(self, number=0):
        """path -> content of everything the charm may write on a machine."""
        root, found = self.machine(number), {}
        for top in ('etc/nova', 'etc/neutron', 'etc/ovn', 'etc/openvswitch', 'etc/default', 'etc/systemd', 'etc/sysctl.d',
                    'root/.ssh', 'var/lib/nova/.ssh', 'usr/local/share/ca-certificates'):
            for path in sorted((root / top).rglob('*')):
                if path.is_file() and not path.is_symlink():
                    found[str(path.relative_to(root))] = path.read_text(errors='replace')
        return found

    def log(self):
        """Every hook and action that ran: dictionaries of the model's journal."""
        path = self.folder / 'model/log.jsonl'
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def unit_log(self):
        logs = sorted((self.folder / 'model').glob('*.log')) if (self.folder / 'model').exists() else []
        return '\n'.join(path.read_text() for path in logs)

    def everything_shown(self):
        """All text a person may see: logs, status, journal (with every argument list)."""
        return self.unit_log() + json.dumps(self.log()) + self.juju('status') + self.juju('status', '--format=json')

    def snapshot(self):
        """Keeps the world as it is now for restore()."""
        for name in ('model', 'machines', 'counterparts'):
            subprocess.run(['cp', '-a', self.folder / name, self.folder / ('kept-' + name)], check=True)
        self.kept = self.cloud.state()

    def remove(self, folder):
        """Again and again while somebody in the background still writes there."""
        for _ in range(100):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                return
            time.sleep(0.1)
        raise AssertionError('%s is written to' % folder)

    def background(self):
        """Command lines of processes outside of the machines that work on the model."""
        found = []
        for path in pathlib.Path('/proc').glob('[0-9]*/cmdline'):
            try:
                words = path.read_bytes().split(b'\0')
            except OSError:
                continue
            if any(str(self.folder / 'model').encode() in word for word in words):
                found.append(b' '.join(words).decode(errors='replace'))
        return found

    def restore(self, still=False):
        """The world as it was at snapshot(). What is still done in the old one would reach into it, so it ends first: services of
        its machines, and verbs in the background, juju-exec among them. `still`: nothing of that kind was begun."""
        for machine in sorted(path.name for path in (self.folder / 'machines').iterdir() if path.is_dir()):
            subprocess.run([DRIVER, 'power', machine, 'off'], env=self.environment, check=True)
        deadline, quiet = time.monotonic() + 60, 0
        while quiet < 2 and not still:  # one that is just being started has no command line yet
            verbs = self.background()
            quiet = 0 if verbs else quiet + 1
            if time.monotonic() > deadline:
                raise AssertionError('still there: %s' % verbs)
            time.sleep(0.1)
        with open(self.folder / 'model/lock') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for name in ('model', 'machines'):
                self.remove(self.folder / name)
                subprocess.run(['cp', '-a', self.folder / ('kept-' + name), self.folder / name], check=True)
            self.cloud.control('PUT', 'state', self.kept)

    def close(self):
        for machine in sorted(path.name for path in (self.folder / 'machines').iterdir() if path.is_dir()):
            subprocess.run([DRIVER, 'destroy', machine], env=self.environment, check=True)
        self.cloud.close()
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def without_random(text):
    """Text with uuids, fingerprints and keys replaced: what two worlds must have in common."""
    text = re.sub(r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'UUID', text)
    text = re.sub(r'-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----', 'PEM', text, flags=re.S)
    text = re.sub(r'(ssh-[a-z0-9]+) \S+', r'\1 KEY', text)
    return re.sub(r'127\.0\.0\.1:\d+', 'CLOUD', text)
