"""Relations arriving in any order end in the same files and status: every permutation of the endpoints."""
import itertools
import multiprocessing
import os
import sys
import unittest

from world import RELATIONS, World, without_random

#: NCC_ORDERS=N tries only every N-th permutation
STEP = int(os.environ.get('NCC_ORDERS', '1'))


def outcome(world, order):
    world.restore(still=True)
    for endpoint in order:
        world.juju('integrate', 'nova-compute:' + endpoint, RELATIONS[endpoint])
    return world.unit(), {path: without_random(text) for path, text in world.files().items()}


def failures(share):
    """Tries this worker's share of the permutations against the order of RELATIONS; the orders that ended otherwise."""
    with World() as world:
        world.snapshot()
        expected = outcome(world, tuple(RELATIONS))
        assert expected[0] == ('active', 'Unit is ready'), expected[0]
        return [(order, found[0]) for order in share if (found := outcome(world, order)) != expected]


class Orders(unittest.TestCase):
    def test_all_permutations_of_the_endpoints_end_the_same(self):
        orders = list(itertools.permutations(RELATIONS))[::STEP]
        workers = os.cpu_count() or 1
        with multiprocessing.Pool(workers) as pool:
            wrong = sum(pool.map(failures, [orders[i::workers] for i in range(workers)], chunksize=1), [])
        print(len(orders), 'orders tried', file=sys.stderr)
        self.assertEqual(wrong, [])


if __name__ == '__main__':
    unittest.main()
