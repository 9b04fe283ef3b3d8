"""Metrics, alert rules and the dashboard, by the tools that read them: the format parses, the rules load, every expression is one
and speaks of metrics that the charm writes (tests/golden/nova-compute.prom is what it writes, by tests/charm/metrics_test.cpp)."""
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from prometheus_client.parser import text_string_to_metric_families

ROOT = pathlib.Path(__file__).resolve().parents[2]
METRICS = (ROOT / 'tests/golden/nova-compute.prom').read_text()
RULES = ROOT / 'observability/alerts.json'
DASHBOARD = json.loads((ROOT / 'observability/dashboard.json').read_text())


def promtool(*arguments, text=None):
    return subprocess.run(['promtool', *map(str, arguments)], input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Observability(unittest.TestCase):
    def setUp(self):
        self.families = {family.name: family for family in text_string_to_metric_families(METRICS)}

    def expressions(self):
        rules = [rule['expr'] for group in json.loads(RULES.read_text())['groups'] for rule in group['rules']]
        shown = [target['expr'] for panel in DASHBOARD['panels'] for target in panel['targets']]
        return rules, shown

    def check_rules(self, document):
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
            file.write(json.dumps(document))
            file.flush()
            return promtool('check', 'rules', file.name)

    def test_the_metrics_parse(self):
        self.assertGreater(len(self.families), 10)
        for family in self.families.values():
            self.assertEqual(family.type, 'gauge', family)
            self.assertTrue(family.documentation and family.samples, family)
        checked = promtool('check', 'metrics', text=METRICS)
        self.assertEqual(checked.returncode, 0, checked.stdout)

    def test_the_alert_rules_load(self):
        checked = promtool('check', 'rules', RULES)
        self.assertEqual(checked.returncode, 0, checked.stdout)
        for group in json.loads(RULES.read_text())['groups']:
            for rule in group['rules']:
                self.assertIn(rule['labels']['severity'], ('warning', 'critical'), rule)

    def test_the_dashboard_is_whole(self):
        ids = [panel['id'] for panel in DASHBOARD['panels']]
        self.assertEqual(len(ids), len(set(ids)))
        for panel in DASHBOARD['panels']:
            place = panel['gridPos']
            self.assertTrue(panel['title'] and panel['targets'], panel)
            self.assertLessEqual(place['x'] + place['w'], 24, panel['title'])
        names = [variable['name'] for variable in DASHBOARD['templating']['list']]
        self.assertEqual(set(re.findall(r'\$\{(\w+)\}', json.dumps(DASHBOARD))), set(names))

    def test_every_expression_of_the_dashboard_is_one(self):
        rules = [{'record': 'test:%d' % number, 'expr': expression} for number, expression in enumerate(self.expressions()[1])]
        checked = self.check_rules({'groups': [{'name': 'dashboard', 'rules': rules}]})
        self.assertEqual(checked.returncode, 0, checked.stdout)
        broken = self.check_rules({'groups': [{'name': 'broken', 'rules': [{'record': 'a:b', 'expr': 'max by ('}]}]})
        self.assertNotEqual(broken.returncode, 0, 'promtool looks at expressions')

    def test_every_expression_speaks_of_metrics_and_labels_that_are_written(self):
        rules, shown = self.expressions()
        for expression in rules + shown:
            names = re.findall(r'nova_compute_\w+', expression)
            self.assertTrue(names, expression)
            for name in names:
                self.assertIn(name, self.families, expression)
                labels = set(self.families[name].samples[0].labels)
                for by in re.findall(r'by \((\w+)\) \(%s' % name, expression):
                    self.assertIn(by, labels, expression)

    def test_everything_that_is_written_is_shown(self):
        shown = ' '.join(self.expressions()[1])
        self.assertEqual([name for name in self.families if name not in shown], [])


if __name__ == '__main__':
    unittest.main()
