"""The packed charm on the bed's machines: what the tests of tests/bed share. One world at a time; it is set up by World."""
import json
import os
import pathlib
import shutil
import subprocess
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BED = HERE / 'bed'
BIN = pathlib.Path(os.environ.get('NCC_BIN', ROOT / 'build/dev/bin'))
CHARM = ROOT / 'build/nova-compute_ubuntu-24.04-amd64.charm'
STATE = ROOT / 'build/bed-test'
RELATIONS = {
    'amqp': 'rabbitmq-server:amqp', 'image-service': 'glance:image-service',
    'cloud-credentials': 'keystone:identity-credentials', 'cloud-compute': 'nova-cloud-controller:cloud-compute',
    'ovsdb': 'ovn-central:ovsdb', 'certificates': 'vault:certificates',
}
ENVIRONMENT = dict(os.environ, NCC_BIN=str(BIN), LOCAL_JUJU_MODEL=str(STATE / 'model'),
                   LOCAL_JUJU_COUNTERPARTS=str(STATE / 'counterparts'))


BARE = bool(os.environ.get('NCC_BARE'))
ENVIRONMENT['BED_LAYER'] = '' if BARE else 'compute'


def can_run():
    """Why the bed cannot run here; empty if it can."""
    if os.geteuid() != 0:
        return 'needs root'
    for program in ('systemd-nspawn', 'mmdebstrap', 'unshare', 'ip'):
        if not shutil.which(program):
            return 'needs ' + program
    probe = subprocess.run(['unshare', '--mount', '--net', 'true'], capture_output=True)
    return '' if probe.returncode == 0 else 'no namespaces can be made here'


def run(*command, check=True, **more):
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=900, **more)
    if check and done.returncode != 0:
        raise AssertionError('%s: %d\n%s%s' % (command, done.returncode, done.stdout[-2000:], done.stderr[-3000:]))
    return done.stdout


def bed(*arguments, check=True):
    return run(BED, *arguments, check=check)


def juju(*arguments, check=True, **environment):
    return run(BIN / 'local-juju', *arguments, check=check, env=dict(ENVIRONMENT, **environment))


def api(method, service, path, body=None, version='2.74'):
    """`path` is below /v2.1 for nova; for the others it is whole. `version` is for nova and ironic."""
    text = bed('api', method, service, ('/v2.1' if service == 'nova' else '') + path, json.dumps(body) if body else '',
               version if service in ('nova', 'ironic') else '')
    return json.loads(text) if text.strip() else {}


def machine(number, *command):
    return bed('unit', 'exec', 'm%d' % number, *command)


def statuses():
    units = json.loads(juju('status', '--format=json'))['applications']['nova-compute']['units']
    return {name: (unit['workload-status']['current'], unit['workload-status'].get('message', ''))
            for name, unit in units.items()}


def leader():
    units = json.loads(juju('status', '--format=json'))['applications']['nova-compute']['units']
    return next(name for name, unit in units.items() if unit.get('leader'))


def result(unit, action, *parameters):
    return json.loads(juju('run', unit, action, *parameters, '--format', 'json', check=False))[unit]


def unit_log(number):
    return (STATE / ('model/unit-nova-compute-%d.log' % number)).read_text()


def contract(tags, host, **more):
    """The contract that the emulated cloud keeps, checked on this one as the charm's account; the end of what it prints."""
    environment = dict(os.environ, NCC_CONTRACT_AUTH_URL='http://10.77.0.1:5000/v3', NCC_CONTRACT_USER='nova_compute',
                       NCC_CONTRACT_PASSWORD=json.loads((HERE / 'conf/accounts.json').read_text())['nova_compute'],
                       NCC_CONTRACT_PROJECT='service', NCC_CONTRACT_USER_DOMAIN='service_domain',
                       NCC_CONTRACT_PROJECT_DOMAIN='service_domain', NCC_CONTRACT_REGION='RegionOne', NCC_CONTRACT_HOST=host,
                       NCC_CONTRACT_IMAGE='tiny', NCC_CONTRACT_FLAVOR='tiny', NCC_CONTRACT_NETWORK='net', **more)
    return run(BIN / 'contract_cloud', tags, env=environment)[-300:]


def until(seconds, condition, what):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError('not within %d s: %s' % (seconds, what))
        time.sleep(0.5)


class World(unittest.TestCase):
    """One world for the whole file; its tests run in the order of their names."""
    parts = ()  # of the bed, beside central and the control plane

    @classmethod
    def setUpClass(cls):
        bed('setup')
        bed('down')
        bed('up', *cls.parts)
        shutil.rmtree(STATE, ignore_errors=True)
        run(HERE / 'counterparts', STATE / 'counterparts')

    @classmethod
    def tearDownClass(cls):
        bed('down')


def main():
    reason = can_run()
    if reason:
        print('skipped: ' + reason)
        raise SystemExit(77)
    unittest.main(verbosity=2, failfast=True)
