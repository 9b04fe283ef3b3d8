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


def check(test, run):
    """`run(command line)` gives (exit status, output) of a shell on the machine."""
    for command, exit_status, pattern in CASES:
        with test.subTest(command=command):
            status, output = run(command)
            test.assertEqual(status, exit_status, output)
            test.assertTrue(re.fullmatch(pattern, output), output)
