// run, exec, show-task, show-operation, cancel-task.
#include <cstdint>
#include <cstring>
#include <iostream>
#include <memory>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "names.hpp"
#include "process.hpp"
#include "session.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

Json task_document(const Task& task) {
  Json value = {{"id", std::to_string(task.id)},
                {"unit", task.unit},
                {"status", task.status},
                {"timing", {{"enqueued", task.enqueued}}}};
  if (!task.started.empty())
    value["timing"]["started"] = task.started;
  if (!task.completed.empty())
    value["timing"]["completed"] = task.completed;
  if (!task.results.empty())
    value["results"] = task.results;
  if (!task.message.empty())
    value["message"] = task.message;
  if (!task.log.empty())
    value["log"] = task.log;
  return value;
}

/// The plain form for one unit: the results without the three of the process, then its texts.
void print_plain(const Task& task) {
  Json results = task.results;
  std::string texts;
  for (const char* key : {"stdout", "stderr"})
    texts += results.value(key, "");
  for (const char* key : {"return-code", "stdout", "stderr"})
    results.erase(key);
  if (task.status != "completed")
    std::cout << "Action id " << task.id << " " << task.status << ": " << task.message << "\n";
  std::cout << (results.empty() ? "" : go_yaml(results)) << texts;
}

void print_tasks(const Model& model, const std::vector<int>& ids, const std::string& format) {
  if (format != "json" && format != "yaml" && ids.size() == 1) {
    print_plain(model.tasks.at(ids[0]));
    return;
  }
  Json document = Json::object();
  for (const int id : ids)
    document[model.tasks.at(id).unit] = task_document(model.tasks.at(id));
  std::cout << (format == "json" ? go_json(document) + "\n" : go_yaml(document));
}

int exit_code(const Model& model, const std::vector<int>& ids) {
  for (const int id : ids) {
    const Json code = model.tasks.at(id).results.value("return-code", Json(0));
    if (code.get<int>() > 0)
      return 1;
  }
  return 0;
}

struct RunWords {
  std::vector<std::string> words = {};
  std::string params = {};
  std::string format = "plain";
  std::string wait = {};
  bool background = false;
  bool string_args = false;
};

struct Request {
  std::vector<std::string> units = {};
  std::string action = {};
  Json params = Json::object();
};

void set_path(Json& params, const std::string& path, const Json& value) {
  Json* at = &params;
  std::size_t from = 0;
  for (std::size_t dot = 0; dot != std::string::npos; from = dot + 1) {
    dot = path.find('.', from);
    const std::string part = path.substr(from, dot == std::string::npos ? dot : dot - from);
    if (!is_action_name(part))
      throw Refused("key " + go_quoted(part) +
                    " must start and end with lowercase alphanumeric, and contain only lowercase "
                    "alphanumeric and hyphens");
    at = &(*at)[part];
  }
  *at = value;
}

Request read_request(const RunWords& words) {
  Request request;
  if (!words.params.empty()) {
    request.params = parse_yaml(read_file(words.params));
    if (!request.params.is_object())
      throw Refused("params must contain a YAML map with string keys");
  }
  for (const std::string& word : words.words) {
    const std::size_t equals = word.find('=');
    if (!request.action.empty()) {
      if (equals == std::string::npos || equals == 0)
        throw Refused("argument " + go_quoted(word) + " must be of the form key.key.key...=value");
      const std::string text = word.substr(equals + 1);
      set_path(request.params,
               word.substr(0, equals),
               words.string_args ? Json(text) : parse_yaml(text));
    } else if (is_unit_name(word) || word.find("/leader") != std::string::npos) {
      request.units.push_back(word);
    } else if (is_action_name(word)) {
      request.action = word;
    } else {
      throw Refused("invalid unit or action name " + go_quoted(word));
    }
  }
  if (request.units.empty() || request.action.empty())
    throw Refused("no unit or no action specified");
  return request;
}

void settle_in_background(const Settings& settings) {
  const Launch launch{.argv = {"/proc/self/exe", "--model", settings.folder, "world", "settle"},
                      .environment = {std::string("PATH=") + getenv("PATH")}};
  static_cast<void>(spawn(launch));
}

void run_action(const Settings& settings, const RunWords& words) {
  const Request request = read_request(words);
  std::vector<int> ids;
  {
    Session session(settings);
    const int operation = session.model().next_task++;
    for (const std::string& unit : request.units)
      ids.push_back(enqueue(session.model(), unit, request.action, request.params, operation));
    if (!words.background) {
      session.finish();
      print_tasks(session.model(), ids, words.format);
      if (const int code = exit_code(session.model(), ids); code != 0)
        throw CLI::RuntimeError(code);
      return;
    }
    session.store().save(session.model());
    std::cout << "Scheduled operation " << operation << " with task " << ids.front() << "\n"
              << "Check operation status with 'local-juju show-operation " << operation << "'\n"
              << "Check task status with 'local-juju show-task " << ids.front() << "'\n";
  }
  settle_in_background(settings);
}

void add_run(CLI::App& app, Settings& settings) {
  auto words = std::make_shared<RunWords>();
  CLI::App* verb = app.add_subcommand("run", "Run an action on units");
  verb->add_option("words", words->words, "UNIT... ACTION [k=v...]")->required();
  verb->add_option("--params", words->params, "YAML file");
  verb->add_option("--format", words->format);
  verb->add_flag(
      "--wait", words->wait, "Accepted, --wait=2m too: the model always comes to rest first");
  verb->add_flag("--background", words->background);
  verb->add_flag("--string-args", words->string_args);
  verb->callback([&settings, words] { run_action(settings, *words); });
}

void add_exec(CLI::App& app, Settings& settings) {
  struct Words {
    std::vector<std::string> units = {};
    std::string format = "plain";
  };

  auto words = std::make_shared<Words>();
  CLI::App* verb = app.add_subcommand(
      "exec", "Run commands in a unit's hook environment: exec [-u] UNIT -- CMD");
  verb->add_option("-u,--unit,unit", words->units)->delimiter(',')->required();
  verb->add_option("--format", words->format);
  verb->callback([&settings, words] {
    if (settings.commands.empty())
      throw Refused("no command specified");
    Session session(settings);
    std::string text;
    for (const std::string& word : settings.commands)
      text += (text.empty() ? "" : " ") + word;
    const int operation = session.model().next_task++;
    std::vector<int> ids;
    for (const std::string& unit : words->units)
      ids.push_back(enqueue_commands(session.model(), unit, text, operation));
    session.finish();
    print_tasks(session.model(), ids, words->format);
    if (const int code = exit_code(session.model(), ids); code != 0)
      throw CLI::RuntimeError(code);
  });
}

/// Asks the process that works on the model; empty: none does.
std::string ask_worker(const std::filesystem::path& folder, int task) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = std::filesystem::proximate(folder / "control.socket");
  if (path.size() >= sizeof address.sun_path)
    return "";
  std::copy(path.begin(), path.end(), address.sun_path);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string answer;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    std::string message;
    const auto number = [&](std::size_t value) {
      const auto small = static_cast<std::uint32_t>(value);
      message.append(reinterpret_cast<const char*>(&small), sizeof small);
    };
    number(2);
    for (const std::string& field : {std::string("cancel"), std::to_string(task)}) {
      number(field.size());
      message += field;
    }
    static_cast<void>(write(fd, message.data(), message.size()));
    char reply[256];
    const ssize_t size = read(fd, reply, sizeof reply);
    if (size > 8)
      answer.assign(reply + 8, static_cast<std::size_t>(size) - 8);
  }
  close(fd);
  return answer;
}

void cancel_task(const Settings& settings, int id) {
  std::string became = ask_worker(settings.folder, id);
  if (became.empty()) {
    Session session(settings);
    Agent agent(session.model(), session.store(), false);
    became = agent.cancel(id);
    session.store().save(session.model());
  }
  if (became.find("not found") != std::string::npos)
    throw Refused(became);
  std::cout << "Task " << id << ": " << became << "\n";
}

void add_show(CLI::App& app, Settings& settings) {
  struct Words {
    int id = 0;
    std::string format = "yaml";
    bool wait = false;
  };

  auto words = std::make_shared<Words>();
  const auto verb = [&](const char* name, const char* help, auto action) {
    CLI::App* command = app.add_subcommand(name, help);
    command->add_option("id", words->id)->required();
    command->add_option("--format", words->format);
    command->add_flag("--wait", words->wait, "Until nothing works on the model");
    command->callback([&settings, words, action] { action(settings, *words); });
  };
  const auto load = [](const Settings& options, const Words& given) {
    Store store(options.folder);
    if (given.wait)
      store.lock();
    return store.load();
  };
  verb("show-task", "Show one task", [load](const Settings& options, const Words& given) {
    const Model model = load(options, given);
    if (!model.tasks.contains(given.id))
      throw Refused("task " + std::to_string(given.id) + " not found");
    const Json document = task_document(model.tasks.at(given.id));
    std::cout << (given.format == "json" ? go_json(document) + "\n" : go_yaml(document));
  });
  verb("show-operation",
       "Show the tasks of an operation",
       [load](const Settings& options, const Words& given) {
         const Model model = load(options, given);
         std::vector<int> ids;
         for (const auto& [id, task] : model.tasks)
           if (task.operation == given.id)
             ids.push_back(id);
         if (ids.empty())
           throw Refused("operation " + std::to_string(given.id) + " not found");
         print_tasks(model, ids, given.format);
       });
  verb("cancel-task", "Cancel a task", [](const Settings& options, const Words& given) {
    cancel_task(options, given.id);
  });
}

}  // namespace

void add_task_verbs(CLI::App& app, Settings& settings) {
  add_run(app, settings);
  add_exec(app, settings);
  add_show(app, settings);
}

}  // namespace local_juju
