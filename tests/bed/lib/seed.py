#!/usr/bin/python3
"""Fills a fresh control plane through its APIs. Can be run again.

seed.py golden    accounts, catalogue, image `tiny`, flavor `tiny`: what a golden state holds
seed.py ironic    its place in the catalogue; the role that the charm's account needs; waits for the conductor
seed.py cinder    its place in the catalogue, volume type `files`; waits for the volume service
seed.py designate its place in the catalogue
seed.py node RESOURCE_CLASS    an available node; prints its uuid
seed.py network   waits for the conductor and the scheduler; network `net`, ICMP in the default security group
"""

import json
import os
import sys
import time

import requests

ETC = os.path.dirname(os.path.abspath(__file__))
STATE = os.path.dirname(ETC)
with open(ETC + '/accounts.json') as f:
    PASSWORDS = json.load(f)
HOST = os.environ['BED_HOST']
KEYSTONE = f'http://{HOST}:5000/v3'
GLANCE = f'http://{HOST}:9292'
NOVA = f'http://{HOST}:8774/v2.1'
NEUTRON = f'http://{HOST}:9696'
IRONIC = f'http://{HOST}:6385'
ENDPOINTS = {
    'compute': ('nova', NOVA),
    'placement': ('placement', f'http://{HOST}:8778'),
    'image': ('glance', GLANCE),
    'network': ('neutron', NEUTRON),
}

# Not in the catalogue of a cloud without it.
OPTIONAL = {
    'baremetal': ('ironic', IRONIC),
    'volumev3': ('cinderv3', f'http://{HOST}:8776/v3/%(tenant_id)s'),
    'dns': ('designate', f'http://{HOST}:9001'),
}

session = requests.Session()
session.trust_env = False


def call(method, url, body=None, **options):
    answer = session.request(method, url, json=body, timeout=120, **options)
    if answer.status_code >= 400:
        sys.exit(f'{method} {url}: {answer.status_code} {answer.text[:500]}')
    return answer.json() if 'json' in answer.headers.get('content-type', '') and answer.content else {}


def login(scope=None):
    answer = session.post(KEYSTONE + '/auth/tokens', timeout=120, json={'auth': {
        'identity': {'methods': ['password'], 'password': {'user': {
            'name': 'admin', 'domain': {'id': 'default'}, 'password': PASSWORDS['admin']}}},
        'scope': scope or {'project': {'name': 'admin', 'domain': {'id': 'default'}}}}})
    answer.raise_for_status()
    session.headers['X-Auth-Token'] = answer.headers['X-Subject-Token']


def ensure(url, kind, wanted, **match):
    """The first thing of that kind (singular) that matches, or a new one made as wanted."""
    match = match or {'name': wanted['name']}
    for thing in call('GET', f'{url}/{kind}s', params=match)[kind + 's']:
        return thing
    return call('POST', f'{url}/{kind}s', {kind: wanted})[kind]


def service_account(name, project, domain):
    user = ensure(KEYSTONE, 'user', {
        'name': name, 'domain_id': domain, 'password': PASSWORDS[name]}, name=name, domain_id=domain)
    for role in ('admin', 'service'):
        role_id = ensure(KEYSTONE, 'role', {'name': role})['id']
        call('PUT', f"{KEYSTONE}/projects/{project['id']}/users/{user['id']}/roles/{role_id}")


def accounts():
    """As charm-keystone does: each service account twice, in the domain `default` and in `service_domain`."""
    service_domain = ensure(KEYSTONE, 'domain', {'name': 'service_domain'})['id']
    for domain in ('default', service_domain):
        project = ensure(KEYSTONE, 'project', {'name': 'service', 'domain_id': domain},
                         name='service', domain_id=domain)
        for name in ('svc', 'nova', 'nova_compute'):
            service_account(name, project, domain)
    with open(STATE + '/identity.json', 'w') as out:
        json.dump({'domain_id': service_domain, 'project_id': project['id']}, out)


def catalogue(endpoints):
    for kind, (name, url) in endpoints.items():
        service = ensure(KEYSTONE, 'service', {'type': kind, 'name': name}, type=kind)
        for interface in ('public', 'internal', 'admin'):
            ensure(KEYSTONE, 'endpoint', {
                'interface': interface, 'service_id': service['id'], 'region_id': 'RegionOne', 'url': url,
            }, service_id=service['id'], interface=interface)


def image(name, file, disk, container, **properties):
    """Its id; uploads the guest's file if there is no such image."""
    for found in call('GET', GLANCE + '/v2/images', params={'name': name})['images']:
        return found['id']
    made = call('POST', GLANCE + '/v2/images', dict(
        properties, name=name, disk_format=disk, container_format=container, visibility='public'))
    with open(f'{STATE}/guest/{file}', 'rb') as data:
        answer = session.put(GLANCE + made['file'], data=data, timeout=120,
                             headers={'Content-Type': 'application/octet-stream'})
    answer.raise_for_status()
    return made['id']


def images():
    # The guest takes no notice of ACPI: without os_shutdown_timeout each stop would wait 60 s.
    image('tiny', 'disk', 'raw', 'bare',
          kernel_id=image('tiny-kernel', 'vmlinuz', 'aki', 'aki'),
          ramdisk_id=image('tiny-initrd', 'initrd', 'ari', 'ari'),
          os_shutdown_timeout='1', os_command_line='console=ttyS0 quiet')


def flavor():
    if not any(f['name'] == 'tiny' for f in call('GET', NOVA + '/flavors')['flavors']):
        call('POST', NOVA + '/flavors', {'flavor': {
            'id': 'tiny', 'name': 'tiny', 'ram': 96, 'vcpus': 1, 'disk': 0}})


def wait_for_services():
    end = time.time() + 300
    while True:
        up = {s['binary'] for s in call('GET', NOVA + '/os-services')['services'] if s['state'] == 'up'}
        if up >= {'nova-conductor', 'nova-scheduler'}:
            return
        if time.time() > end:
            sys.exit(f'only these are up: {sorted(up)}')
        time.sleep(0.3)


def network():
    url = NEUTRON + '/v2.0'
    net = ensure(url, 'network', {'name': 'net', 'shared': True})
    ensure(url, 'subnet', {'name': 'subnet', 'network_id': net['id'], 'ip_version': 4, 'cidr': '192.168.50.0/24'})
    project = call('GET', KEYSTONE + '/auth/tokens', headers={
        'X-Subject-Token': session.headers['X-Auth-Token']})['token']['project']['id']
    group = call('GET', url + '/security-groups', params={'name': 'default', 'project_id': project})
    rule = {'direction': 'ingress', 'protocol': 'icmp', 'ethertype': 'IPv4',
            'security_group_id': group['security_groups'][0]['id']}
    if not call('GET', url + '/security-group-rules', params=rule)['security_group_rules']:
        call('POST', url + '/security-group-rules', {'security_group_rule': rule})


def system_administrator(name):
    """In both domains."""
    role = ensure(KEYSTONE, 'role', {'name': 'admin'})['id']
    for user in call('GET', KEYSTONE + '/users', params={'name': name})['users']:
        call('PUT', f"{KEYSTONE}/system/users/{user['id']}/roles/{role}")


def wait_until(condition, what):
    end = time.time() + 120
    while not condition():
        if time.time() > end:
            sys.exit('not within 120 s: ' + what)
        time.sleep(0.1)


def login_at_ironic():
    login({'system': {'all': True}})
    session.headers['X-OpenStack-Ironic-API-Version'] = '1.82'


def optional(kind):
    catalogue({kind: OPTIONAL[kind]})


def cinder():
    optional('volumev3')
    url = f'http://{HOST}:8776/v3'
    if not any(kind['name'] == 'files' for kind in call('GET', url + '/types')['volume_types']):
        call('POST', url + '/types', {'volume_type': {'name': 'files', 'extra_specs': {'volume_backend_name': 'files'}}})
    wait_until(lambda: any(row['binary'] == 'cinder-volume' and row['state'] == 'up'
                           for row in call('GET', url + '/os-services')['services']), 'a cinder-volume')


def ironic():
    optional('baremetal')
    system_administrator('nova_compute')
    login_at_ironic()
    wait_until(lambda: call('GET', IRONIC + '/v1/drivers')['drivers'], 'a conductor')


def node(resource_class):
    """Hardware of type fake has no power state before it is told one, and Nova wants one."""
    login_at_ironic()
    made = call('POST', IRONIC + '/v1/nodes', {'driver': 'fake-hardware', 'resource_class': resource_class, 'properties': {
        'cpus': 4, 'memory_mb': 8192, 'local_gb': 100, 'cpu_arch': 'x86_64'}})
    url = IRONIC + '/v1/nodes/' + made['uuid']
    for target, key, value in (('manage', 'provision_state', 'manageable'), ('power off', 'power_state', 'power off'),
                               ('provide', 'provision_state', 'available')):
        states = '/states/power' if key == 'power_state' else '/states/provision'
        call('PUT', url + states, {'target': target})
        wait_until(lambda: call('GET', url)[key] == value, value)
    print(made['uuid'])


def main(what, *arguments):
    login()
    if what == 'golden':
        accounts()
        catalogue(ENDPOINTS)
        images()
        flavor()
    elif what == 'network':
        network()
        wait_for_services()
    elif what == 'ironic':
        ironic()
    elif what == 'cinder':
        cinder()
    elif what == 'designate':
        optional('dns')
    elif what == 'node':
        node(*arguments)
    else:
        sys.exit(__doc__)


main(*sys.argv[1:])
