"""What the charm relies on in systemctl, as cases that run on an emulated machine and on a real one (tests/bed)."""
import re

SHOW = 'systemctl show --property=Id,LoadState,ActiveState,UnitFileState -- '
#: command line, exit status, pattern of the whole output; `nova-compute` runs and is enabled when the first one is run
CASES = [
    (SHOW + 'nova-compute.service no-such.service', 0,
     r'Id=nova-compute\.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\n'
     r'Id=no-such\.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n'),
    ('systemctl stop -- nova-compute', 0, ''),
    (SHOW + 'nova-compute.service', 0, r'Id=nova-compute\.service\nLoadState=loaded\nActiveState=inactive\nUnitFileState=enabled\n'),
    ('systemctl stop -- nova-compute', 0, ''),
    ('systemctl disable -- nova-compute 2>/dev/null', 0, ''),
    (SHOW + 'nova-compute.service', 0, r'Id=nova-compute\.service\nLoadState=loaded\nActiveState=inactive\nUnitFileState=disabled\n'),
    ('systemctl enable -- nova-compute 2>/dev/null', 0, ''),
    ('systemctl start -- nova-compute', 0, ''),
    ('systemctl is-active nova-compute', 0, 'active\n'),
    ('systemctl restart -- nova-compute libvirtd', 0, ''),
    ('systemctl daemon-reload', 0, ''),
    ('systemctl start -- no-such 2>&1', 5, r'Failed to start no-such\.service: Unit no-such\.service not found\.\n'),
    ('systemctl is-active no-such', 4, 'inactive\n'),
    (SHOW + 'nova-compute.service libvirtd.service', 0,
     r'Id=nova-compute\.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\n'
     r'Id=libvirtd\.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n'),
]

TEMPLATE = '/etc/systemd/system/contract@.service'
#: each start of an instance adds its name to /run/contract
SLEEPER = ['[Service]', 'Type=simple', 'ExecStart=/bin/sh -c "echo %i >> /run/contract; exec sleep 1000"']


def shown(instance, load, active, file):
    """Pattern of the block that SHOW prints."""
    return r'Id=contract@%s\.service\nLoadState=%s\nActiveState=%s\nUnitFileState=%s\n' % (instance, load, active, file)


def show(*instances):
    return SHOW + ' '.join('contract@%s.service' % instance for instance in instances)


def instance_cases(lines):
    """Instances of a template with these lines, none of which is an [Install] section; they are gone when the last one was run."""
    refused = r'Failed to %s contract@a\.service: Unit contract@a\.service %s\.\n'
    write = "printf '%%s\\n' %s > %s" % (' '.join("'%s'" % line for line in lines), TEMPLATE)
    return [
        (show('a'), 0, shown('a', 'not-found', 'inactive', '')),
        ('systemctl start -- contract@a 2>&1', 5, refused % ('start', 'not found')),
        ('systemctl stop -- contract@a 2>&1', 5, refused % ('stop', 'not loaded')),
        ('systemctl restart -- contract@a 2>&1', 5, refused % ('restart', 'not found')),
        ('systemctl enable -- contract@a 2>/dev/null', 1, ''),
        (write, 0, ''),
        (show('a', 'b'), 0, shown('a', 'loaded', 'inactive', 'static') + r'\n' + shown('b', 'loaded', 'inactive', 'static')),
        ('systemctl stop -- contract@a', 0, ''),
        ('systemctl is-active contract@a', 3, 'inactive\n'),
        ('systemctl start -- contract@ 2>&1', 1,
         r'Failed to start contract@\.service: Unit name contract@\.service is missing the instance name\.\n[^\n]+\n'),
        (show('a', '', 'b') + ' 2>/dev/null', 1, shown('a', 'loaded', 'inactive', 'static')),
        ('systemctl daemon-reload', 0, ''),
        ('systemctl start -- contract@a contract@b', 0, ''),
        (show('a', 'b', 'c'), 0, r'\n'.join([shown('a', 'loaded', 'active', 'static'), shown('b', 'loaded', 'active', 'static'),
                                             shown('c', 'loaded', 'inactive', 'static')])),
        ('systemctl restart -- contract@a', 0, ''),
        ('systemctl stop -- contract@b', 0, ''),
        (show('a', 'b'), 0, shown('a', 'loaded', 'active', 'static') + r'\n' + shown('b', 'loaded', 'inactive', 'static')),
        ('systemctl enable -- contract@a 2>/dev/null', 0, ''),
        ('systemctl disable -- contract@a 2>/dev/null', 0, ''),
        ('systemctl is-enabled contract@a', 0, 'static\n'),
        ('systemctl mask -- contract@a 2>/dev/null', 0, ''),
        (show('a'), 0, shown('a', 'masked', 'active', 'masked')),
        ('systemctl restart -- contract@a 2>&1', 1, refused % ('restart', 'is masked')),
        ('systemctl stop -- contract@a', 0, ''),
        ('systemctl start -- contract@a 2>&1', 1, refused % ('start', 'is masked')),
        ('systemctl unmask -- contract@a 2>/dev/null', 0, ''),
        (show('a'), 0, shown('a', 'loaded', 'inactive', 'static')),
        ('systemctl start -- contract@a', 0, ''),
        ('rm ' + TEMPLATE, 0, ''),
        (show('a', 'b'), 0, shown('a', 'loaded', 'active', 'bad') + r'\n' + shown('b', 'not-found', 'inactive', '')),
        ('systemctl restart -- contract@a 2>/dev/null', 0, ''),
        ('systemctl daemon-reload', 0, ''),
        (show('a'), 0, shown('a', 'not-found', 'active', '')),
        ('systemctl restart -- contract@a 2>&1', 5, refused % ('restart', 'not found')),
        (show('a'), 0, shown('a', 'not-found', 'active', '')),
        ('systemctl stop -- contract@a', 0, ''),
        ('systemctl stop -- contract@a 2>&1', 5, refused % ('stop', 'not loaded')),
    ]


#: `%i` was replaced, and each start was one
SLEEPER_CASES = [*instance_cases(SLEEPER), ('sort /run/contract; rm /run/contract', 0, 'a\na\na\na\nb\n')]


def check(test, run):
    """`run(command line)` gives (exit status, output) of a shell on the machine."""
    check_cases(test, run, CASES + SLEEPER_CASES)


def check_cases(test, run, cases):
    for command, exit_status, pattern in cases:
        with test.subTest(command=command):
            status, output = run(command)
            test.assertEqual(status, exit_status, output)
            test.assertTrue(re.fullmatch(pattern, output), output)
