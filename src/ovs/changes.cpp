#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ovs.hpp"
#include "ovs/tombstone.hpp"

namespace ncc::ovs {

namespace {

using Map = std::map<std::string, std::string>;
using Words = std::vector<std::string>;

bool is_plain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' || letter == '.' ||
         letter == '/';
}

void append_escaped(std::string& text, char letter) {
  constexpr const char* digits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(letter);
  if (letter == '"' || letter == '\\') {
    text += {'\\', letter};
  } else if (code < 0x20) {
    text += {'\\', 'u', '0', '0', digits[code / 16], digits[code % 16]};
  } else {
    text += letter;
  }
}

/// A string as ovs-vsctl reads values: words stay, anything else is a JSON string (ovs-vsctl(8),
/// "Database Values").
std::string quoted(const std::string& text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) {
    return text;
  }
  std::string result = "\"";
  for (const char letter : text) {
    append_escaped(result, letter);
  }
  return result + "\"";
}

/// The commands of one transaction, joined by `--`.
class Transaction {
 public:
  void add(const Words& command) {
    if (!words_.empty()) {
      words_.emplace_back("--");
    }
    words_.insert(words_.end(), command.begin(), command.end());
  }

  /// `set` TABLE RECORD SETTINGS..., nothing without settings.
  void add_set(const std::string& table, const std::string& record, const Words& settings) {
    if (!settings.empty()) {
      Words command{"set", table, record};
      command.insert(command.end(), settings.begin(), settings.end());
      add(command);
    }
  }

  [[nodiscard]] Words take() { return std::move(words_); }

 private:
  Words words_ = {};
};

/// COLUMN:key=value for what `wanted` has and `current` has not, or otherwise.
void set_missing(Words& settings,
                 const std::string& column,
                 const Map& current,
                 const Map& wanted) {
  for (const auto& [key, value] : wanted) {
    const auto found = current.find(key);
    if (found == current.end() || found->second != value) {
      settings.push_back(column + ":" + quoted(key) + "=" + quoted(value));
    }
  }
}

ExternalIds wished_external_ids(const Settings& current, const Settings& wanted) {
  ExternalIds wish = wanted.external_ids;
  if (owns_cms_options(current, wanted)) {
    std::erase_if(wish, [](const auto& entry) { return entry.first == "ovn-cms-options"; });
  }
  if (wanted.tombstoned) {
    wish.merge(tombstone_external_ids(current, *wanted.tombstoned));
  }
  return wish;
}

void change_external_ids(Transaction& transaction,
                         const Settings& current,
                         const Settings& wanted) {
  Words settings;
  Words removals;
  for (const auto& [key, value] : wished_external_ids(current, wanted)) {
    const auto found = current.external_ids.find(key);
    const bool is_set = found != current.external_ids.end() && found->second.has_value();
    if (value && (!is_set || found->second != value)) {
      settings.push_back("external_ids:" + quoted(key) + "=" + quoted(*value));
    } else if (!value && is_set) {
      removals.push_back(quoted(key));
    }
  }
  transaction.add_set("Open_vSwitch", ".", settings);
  if (!removals.empty()) {
    removals.insert(removals.begin(), {"remove", "Open_vSwitch", ".", "external_ids"});
    transaction.add(removals);
  }
}

void remove_ports(Transaction& transaction,
                  const std::string& name,
                  const Bridge& current,
                  const Bridge& wanted) {
  for (const auto& [port, external_ids] : current.ports) {
    if (external_ids.count(mark) != 0 && wanted.ports.count(port) == 0) {
      transaction.add({"--if-exists", "del-port", name, port});
    }
  }
}

void remove_unwanted(Transaction& transaction, const Settings& current, const Settings& wanted) {
  for (const auto& [name, bridge] : current.bridges) {
    const auto wish = wanted.bridges.find(name);
    if (wish == wanted.bridges.end() && bridge.external_ids.count(mark) != 0) {
      transaction.add({"--if-exists", "del-br", name});
    } else {
      remove_ports(
          transaction, name, bridge, wish == wanted.bridges.end() ? Bridge{} : wish->second);
    }
  }
}

Words sorted(Words words) {
  std::sort(words.begin(), words.end());
  return words;
}

std::string comma_separated(const Words& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ",") + quoted(word);
  }
  return text;
}

Words bridge_settings(const Bridge& current, const Bridge& wanted) {
  Words settings;
  if (!wanted.datapath_type.empty() && wanted.datapath_type != current.datapath_type) {
    settings.push_back("datapath_type=" + quoted(wanted.datapath_type));
  }
  if (!wanted.fail_mode.empty() && wanted.fail_mode != current.fail_mode) {
    settings.push_back("fail_mode=" + quoted(wanted.fail_mode));
  }
  if (!wanted.protocols.empty() && sorted(wanted.protocols) != sorted(current.protocols)) {
    settings.push_back("protocols=" + comma_separated(wanted.protocols));
  }
  set_missing(settings, "external_ids", current.external_ids, wanted.external_ids);
  set_missing(settings, "other_config", current.other_config, wanted.other_config);
  return settings;
}

void change_bridge(Transaction& transaction,
                   const std::string& name,
                   const Bridge& current,
                   const Bridge& wanted) {
  transaction.add_set("Bridge", name, bridge_settings(current, wanted));
  for (const auto& [port, external_ids] : wanted.ports) {
    const auto found = current.ports.find(port);
    const bool is_new = found == current.ports.end();
    if (is_new) {
      transaction.add({"--may-exist", "add-port", name, port});
    }
    Words settings;
    set_missing(settings, "external_ids", is_new ? Map{} : found->second, external_ids);
    transaction.add_set("Port", port, settings);
  }
}

void change_bridges(Transaction& transaction, const Settings& current, const Settings& wanted) {
  for (const auto& [name, bridge] : wanted.bridges) {
    const auto found = current.bridges.find(name);
    if (found == current.bridges.end()) {
      transaction.add({"--may-exist", "add-br", name});
      change_bridge(transaction, name, {}, bridge);
    } else {
      change_bridge(transaction, name, found->second, bridge);
    }
  }
}

/// Managers are added one by one: set-manager would drop those of others.
void add_managers(Transaction& transaction, const Settings& current, const Settings& wanted) {
  int number = 0;
  for (const std::string& target : wanted.managers) {
    if (current.managers.count(target) == 0) {
      const std::string id = "@manager" + std::to_string(number++);
      transaction.add({"--id=" + id, "create", "Manager", "target=" + quoted(target)});
      transaction.add({"add", "Open_vSwitch", ".", "manager_options", id});
    }
  }
}

}  // namespace

std::vector<std::string> changes(const Settings& current, const Settings& wanted) {
  Transaction transaction;
  change_external_ids(transaction, current, wanted);
  if (wanted.ssl && wanted.ssl != current.ssl) {
    transaction.add(
        {"set-ssl", wanted.ssl->private_key, wanted.ssl->certificate, wanted.ssl->ca_cert});
  }
  if (wanted.owns_bridges) {
    remove_unwanted(transaction, current, wanted);  // first: a port may move to another bridge
  }
  change_bridges(transaction, current, wanted);
  if (const Words command = mark_command(current, wanted); !command.empty()) {
    transaction.add(command);
  }
  add_managers(transaction, current, wanted);
  return transaction.take();
}

}  // namespace ncc::ovs
