"""The contract of tests/e2e/systemd_contract.py for an instance that is played, not executed: nova-compute of a template."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / 'tests/e2e'))
import systemd_contract  # noqa: E402

BIN = pathlib.Path(os.environ.get('NCC_BIN', ROOT / 'build/dev/bin'))
NOVA = ['[Service]', 'Type=simple', 'User=nova', 'ExecStart=/usr/bin/nova-compute --config-file=/etc/nova/nova.conf']


class Contract(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='ncc-machine-')
        self.addCleanup(folder.cleanup)
        self.environment = dict(os.environ, LOCAL_MACHINES=folder.name)
        self.driver('create')
        self.addCleanup(self.driver, 'destroy')
        self.enter = self.driver('enter').split()
        self.assertEqual(self.run_in('apt-get update && apt-get install --yes nova-compute-ironic >/dev/null')[0], 0)

    def driver(self, verb):
        return subprocess.run([BIN / 'machine-driver', verb, '0'], env=self.environment, check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def run_in(self, command):
        done = subprocess.run([*self.enter, '--', '/bin/sh', '-c', command], text=True, stdout=subprocess.PIPE)
        return done.returncode, done.stdout

    def test_an_instance_that_has_a_process(self):
        systemd_contract.check_cases(self, self.run_in, systemd_contract.SLEEPER_CASES)

    def test_an_instance_of_nova_compute(self):
        systemd_contract.check_cases(self, self.run_in, systemd_contract.instance_cases(NOVA))


if __name__ == '__main__':
    unittest.main()
