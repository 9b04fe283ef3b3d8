"""The install hook on a minimal root file system of Debian 12 and of Debian 13: no development package, no shared library of ours."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from real import BED, BIN, CHARM, HERE, can_run

PACKAGES = ('nova-compute-qemu', 'ovn-host', 'openvswitch-switch', 'neutron-ovn-metadata-agent')


class Minimal(unittest.TestCase):
    def install(self, suite):
        folder = pathlib.Path(tempfile.mkdtemp(prefix='ncc-minimal-'))
        environment = dict(os.environ, MINIMAL_SUITE=suite, MINIMAL_DIR=str(folder), LOCAL_JUJU_MODEL=str(folder / 'model'))
        try:
            done = subprocess.run([BIN / 'local-juju', 'deploy', CHARM, '--machine-command', HERE / 'minimal-driver',
                                   '--config', 'virt-type=qemu'], env=environment, capture_output=True, text=True, timeout=1500)
            log = (folder / 'model/unit-nova-compute-0.log').read_text()
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn('ran "install" hook', log, log[-3000:])
            shown = subprocess.run([BED, 'minimal-run', suite, folder / (suite + '-0'), 'dpkg-query', '--show',
                                    '--showformat=${Package} ${db:Status-Status}\n', *PACKAGES],
                                   check=True, capture_output=True, text=True).stdout
            self.assertEqual(sorted(shown.splitlines()), sorted(name + ' installed' for name in PACKAGES))
        finally:
            shutil.rmtree(folder)

    def test_debian_12(self):
        self.install('bookworm')

    def test_debian_13(self):
        self.install('trixie')


if __name__ == '__main__':
    reason = can_run()
    if reason:
        print('skipped: ' + reason)
        sys.exit(77)
    subprocess.run([BED, 'setup'], check=True, stdout=subprocess.DEVNULL)
    unittest.main(verbosity=2)
