#!/usr/bin/env python3
"""The table "row | test | where it runs" of docs/scale-in.md, made from the names of tests.

    rows.py            rewrites the table between its two marker lines
    rows.py --check    fails when it is not up to date, or a row has no test

A test carries its rows in its name: TEST_CASE("row 15: ..."), TEST_CASE("rows 75, 76, 77: ..."),
def test_row_15_...(), def test_row_13_14_and_15_...().
"""
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parent
DOCUMENT = TESTS.parent / 'docs/scale-in.md'
BEGIN, END = '<!-- rows: begin -->', '<!-- rows: end -->'
#: rows of the acceptance table that scale-in must keep
ROWS = {
    1: 'start', 2: 'start again', 4: 'duplicates and unknown units', 5: 'malformed list', 6: 'no service', 7: 'ambiguous service',
    8: 'min-computes', 9: 'capacity', 10: 'gateway tokens', 11: 'options of one chassis', 12: 'gateways move', 13: 'last gateway',
    14: 'end with gateways', 15: 'only gateway recovers', 16: 'new router during a drain', 18: 'Neutron down', 19: 'Open vSwitch down',
    20: 'trait missing', 21: 'message queue down', 22: 'recover', 23: 'recover without start', 24: 'recover during moves',
    25: 'recover after the end', 26: 'recover some', 27: 'end without start', 28: 'end with servers', 31: 'end with migrations',
    32: 'end', 33: 'end again', 34: 'provider left', 35: 'orphan allocations', 36: 'Placement conflicts', 37: 'agent does not stop',
    39: 'agents gone already', 40: 'foreign tunnel address', 41: 'guard broken meanwhile', 42: 'end some, recover the others',
    43: 'end a mixed batch', 44: 'every state moves', 45: 'parallel moves', 46: 'no valid host', 47: 'failed migration',
    48: 'cancelled migration', 49: 'unmovable states', 50: 'shelved', 51: 'unsupported servers', 52: 'affinity group',
    53: 'anti-affinity group', 54: 'locked servers', 56: 'late servers', 59: 'no admin rights', 60: 'cell down', 61: 'token expires',
    62: 'credentials revoked', 63: 'policy forbids', 65: 'stuck task', 66: 'lost request', 67: 'busy server', 68: 'outage of the API',
    70: 'all services down', 71: 'host down', 72: 'evacuation', 74: 'nova-compute restarts', 75: 'killed before the request',
    76: 'killed after the request', 77: 'killed at the confirmation', 79: 'killed before the record goes',
    80: 'killed after the record went', 81: 'reboot', 82: 'damaged journal', 83: 'same action twice', 84: 'two starts at once',
    85: 'new leader', 86: 'old leader', 87: 'handover with nova-manage', 88: 'handover without it', 89: 'many nodes', 92: 'node locked',
    93: 'node in transition', 94: 'node deleted', 96: 'moved already', 97: 'source still runs', 98: 'target not mapped',
    99: 'target dies', 101: 'Ironic without shards', 102: 'orphans', 103: 'node gets a server', 104: 'capacity low',
    105: 'flapping thresholds', 106: 'a host is down', 107: 'no capacity', 111: 'number of a new node',
    112: 'two create-nodes at once', 114: 'volume in error', 115: 'server in error', 116: 'record there already',
    117: 'neither volume nor DNS', 118: 'create-node killed', 119: 'node never registers', 120: 'verify',
    121: 'verify of a broken host', 122: 'wrong password',
    123: 'service not in the catalog', 125: 'unknown CA', 126: 'older cloud', 128: 'cancelled by a person',
    129: 'removed with servers', 130: 'removed after the end', 132: 'unknown domains'}


def cases(path):
    """(rows, name) of the tests in one file."""
    text = path.read_text()
    if path.suffix == '.cpp':
        found = re.findall(r'TEST_CASE\(\s*"(rows? ([\d, ]+): (?:[^"\\]|\\.)*(?:"\s*"(?:[^"\\]|\\.)*)*)"', text)
        return [([int(number) for number in re.findall(r'\d+', rows)], re.sub(r'"\s*"', '', name).split(': ', 1)[1]) for name, rows in found]
    found = re.findall(r'def test_rows?_((?:\d+_(?:and_)?)+)(\w+)\(', text)
    return [([int(number) for number in re.findall(r'\d+', rows)], name.replace('_', ' ')) for rows, name in found]


def tests_by_row():
    """row -> sorted (where, name)."""
    table = {}
    for path in sorted([*TESTS.rglob('*.cpp'), *TESTS.rglob('test_*.py')]):
        for rows, name in cases(path):
            for row in rows:
                table.setdefault(row, []).append((str(path.relative_to(TESTS)), name))
    return table


def table():
    lines = ['| row | about | test | where |', '|---|---|---|---|']
    for row, tests in sorted(tests_by_row().items()):
        lines += ['| %d | %s | %s | `%s` |' % (row, ROWS.get(row, ''), name, where) for where, name in tests]
    return '\n'.join(lines)


def main():
    text = DOCUMENT.read_text()
    before, rest = text.split(BEGIN)
    wanted = before + BEGIN + '\n' + table() + '\n' + END + rest.split(END)[1]
    missing = sorted(set(ROWS) - set(tests_by_row()))
    if missing:
        sys.exit('rows without a test: ' + ', '.join(map(str, missing)))
    if '--check' not in sys.argv[1:]:
        DOCUMENT.write_text(wanted)
    elif wanted != text:
        sys.exit('docs/scale-in.md: the table of rows is not up to date: run tests/rows.py')


if __name__ == '__main__':
    main()
