"""Metrics, alert rules and the dashboard, by the tools that read them: the format parses, the rules load, every expression is one
and speaks of metrics that the charm writes (tests/golden/nova-compute.prom is what it writes, by tests/charm/metrics_test.cpp)."""
import http.server
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

ROOT = pathlib.Path(__file__).resolve().parents[2]
METRICS = (ROOT / 'tests/golden/nova-compute.prom').read_text()
#: As Juju's agents get them: the charm puts its topology in that place (library cosl); here it matches everything.
RULES = json.loads(re.sub('%%juju_topology%%,?', '', (ROOT / 'observability/alerts.json').read_text()))
DASHBOARD = json.loads((ROOT / 'observability/dashboard.json').read_text())


def promtool(*arguments, text=None):
    return subprocess.run(['promtool', *map(str, arguments)], input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Prometheus:
    """The real one on loopback, with these rules, scraping this text until it is stopped."""

    def __init__(self, text, rules):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header('Content-Type', 'text/plain; version=0.0.4')
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass
        self.page = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Page)
        threading.Thread(target=self.page.serve_forever, daemon=True).start()
        self.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.folder.name)
        with socket.create_server(('127.0.0.1', 0)) as free:
            self.port = free.getsockname()[1]
        (folder / 'rules.yml').write_text(json.dumps(rules))
        (folder / 'prometheus.yml').write_text(json.dumps({
            'global': {'scrape_interval': '1s', 'evaluation_interval': '1s'}, 'rule_files': [str(folder / 'rules.yml')],
            'scrape_configs': [{'job_name': 'charm', 'static_configs': [{'targets': ['127.0.0.1:%d' % self.page.server_address[1]]}]}]}))
        with open(folder / 'log', 'w') as log:
            self.process = subprocess.Popen(
                ['prometheus', '--config.file=%s' % (folder / 'prometheus.yml'), '--storage.tsdb.path=%s' % (folder / 'data'),
                 '--web.listen-address=127.0.0.1:%d' % self.port], stdout=log, stderr=log)
        self.until(lambda: self.query('up == 1') and self.alerts())

    def until(self, condition):
        deadline = time.monotonic() + 60
        while not self.holds(condition):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError((pathlib.Path(self.folder.name) / 'log').read_text()[-2000:])
            time.sleep(0.2)

    @staticmethod
    def holds(condition):
        try:
            return condition()
        except OSError:  # it does not listen yet
            return False

    def alerts(self):
        return {alert['labels']['alertname'] for alert in self.get('alerts')['alerts']}

    def get(self, path, **query):
        with urllib.request.urlopen('http://127.0.0.1:%d/api/v1/%s?%s' % (self.port, path, urllib.parse.urlencode(query))) as answer:
            return json.load(answer)['data']

    def query(self, expression):
        return self.get('query', query=expression)['result']

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.page.shutdown()
        self.page.server_close()
        self.folder.cleanup()


class Observability(unittest.TestCase):
    def setUp(self):
        self.families = {family.name: family for family in text_string_to_metric_families(METRICS)}

    def expressions(self):
        rules = [rule['expr'] for group in RULES['groups'] for rule in group['rules']]
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
        checked = self.check_rules(RULES)
        self.assertEqual(checked.returncode, 0, checked.stdout)
        for group in RULES['groups']:
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

    def test_a_real_prometheus_has_data_for_every_panel_and_evaluates_every_rule(self):
        with Prometheus(METRICS, RULES) as prometheus:
            # In the golden file two nodes are wanted, the last look was in 2023, and one shard waits.
            prometheus.until(lambda: prometheus.alerts() == {
                'NovaComputeNodesWanted', 'NovaComputeCapacityNotWatched', 'NovaComputeShardPending'})
            for panel in DASHBOARD['panels']:
                for target in panel['targets']:
                    self.assertTrue(prometheus.query(target['expr']), '%s: %s' % (panel['title'], target['expr']))
            for group in prometheus.get('rules')['groups']:
                for rule in group['rules']:
                    self.assertEqual((rule['health'], rule.get('lastError', '')), ('ok', ''), rule)

    def test_everything_that_is_written_is_shown(self):
        shown = ' '.join(self.expressions()[1])
        self.assertEqual([name for name in self.families if name not in shown], [])


if __name__ == '__main__':
    unittest.main()
