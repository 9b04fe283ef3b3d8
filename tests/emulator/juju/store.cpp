#include "store.hpp"

#include <fstream>
#include <random>
#include <sstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nlohmann {

template <typename T>
struct adl_serializer<std::optional<T>> {
  static void to_json(json& out, const std::optional<T>& value) {
    out = value ? json(*value) : json(nullptr);
  }

  static void from_json(const json& in, std::optional<T>& value) {
    value = in.is_null() ? std::optional<T>{} : std::optional<T>(in.get<T>());
  }
};

}  // namespace nlohmann

namespace local_juju {

NLOHMANN_JSON_SERIALIZE_ENUM(
    Step, {{Step::idle, "idle"}, {Step::queued, "queued"}, {Step::pending, "pending"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Endpoint, interface, role, scope, limit, optional)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Option, type, value)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(StorageSpec, type, location, minimum, multiple)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Charm,
                                                name,
                                                revision,
                                                archive,
                                                subordinate,
                                                endpoints,
                                                extra_bindings,
                                                storage,
                                                resources,
                                                options,
                                                actions,
                                                bases)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Status, value, message, since)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Resource, path, revision)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Application,
                                                name,
                                                charm,
                                                spec,
                                                base,
                                                config,
                                                next_unit,
                                                leader,
                                                version,
                                                status,
                                                leader_settings,
                                                leader_settings_version,
                                                resources,
                                                machine_command,
                                                dying,
                                                exposed,
                                                trusted)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    Event, kind, relation, remote_app, remote_unit, departing, storage, secret, revision, task)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    LocalRelation, created, members, changed_pending, app_version, broken, cache)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Unit,
                                                name,
                                                app,
                                                machine,
                                                played,
                                                dying,
                                                dead,
                                                installed,
                                                started,
                                                stopped,
                                                removed,
                                                seen_started,
                                                rebooted,
                                                leader_hook_ran,
                                                leader_settings_seen,
                                                charm_revision,
                                                resources_seen,
                                                config_seen,
                                                update_status_due,
                                                step,
                                                event,
                                                error,
                                                retry,
                                                skip,
                                                workload,
                                                agent,
                                                state,
                                                ports,
                                                relations,
                                                created_files)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    Machine, name, root, enter, tools_host, tools_inside, network, network_version, command, down)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Member, bag, version, in_scope, pair, said)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(AppBag, bag, version, said)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Side, app, endpoint)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    Relation, id, sides, interface, container, dying, suspended, members, apps, asked, answered)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SecretUse, label, tracked, told)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Grant, relation, target, role)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Secret,
                                                id,
                                                owner,
                                                label,
                                                description,
                                                rotate,
                                                expire,
                                                latest,
                                                revisions,
                                                uses,
                                                grants,
                                                rotate_due,
                                                expired,
                                                unused_told)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Storage, id, unit, kind, location, attached, dying)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Task,
                                                id,
                                                operation,
                                                unit,
                                                action,
                                                command,
                                                params,
                                                status,
                                                message,
                                                results,
                                                log,
                                                enqueued,
                                                started,
                                                completed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    Fault, unit, event, tool, nth, exit, slow, kill_at_tool, signal, flush, lose_leadership, always)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Model,
                                                juju,
                                                uuid,
                                                name,
                                                agent_path,
                                                counterparts,
                                                next_machine,
                                                next_relation,
                                                next_task,
                                                next_secret,
                                                next_storage,
                                                shuffle,
                                                applications,
                                                units,
                                                machines,
                                                relations,
                                                secrets,
                                                storage,
                                                tasks,
                                                faults)

namespace {

std::string new_uuid() {
  std::random_device random;
  std::string text = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  for (char& c : text)
    if (c == 'x')
      c = "0123456789abcdef"[random() % 16];
  return text;
}

}  // namespace

Json to_document(const Model& model) {
  return model;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw Refused("cannot read " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path fresh = path.string() + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out)
    throw Refused("cannot write " + fresh.string());
  std::filesystem::rename(fresh, path);
}

Store::~Store() {
  if (lock_ >= 0)
    close(lock_);
}

void Store::lock() {
  std::filesystem::create_directories(folder_);
  lock_ = open((folder_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0 || flock(lock_, LOCK_EX) != 0)
    throw Refused("cannot lock the model in " + folder_.string());
  struct stat held {};
  struct stat there {};
  const bool is_there = stat((folder_ / "lock").c_str(), &there) == 0;
  if (fstat(lock_, &held) != 0 || !is_there || held.st_ino != there.st_ino)
    throw Refused("the model in " + folder_.string() + " was replaced meanwhile");
}

Model Store::load() const {
  const std::filesystem::path path = folder_ / "model.json";
  if (!std::filesystem::exists(path)) {
    Model model;
    model.uuid = new_uuid();
    return model;
  }
  const Json document = Json::parse(read_file(path), nullptr, false);
  if (document.is_discarded())
    throw Refused(path.string() + " is not JSON");
  return document.get<Model>();
}

void Store::save(const Model& model) const {
  write_file(folder_ / "model.json", Json(model).dump());
}

}  // namespace local_juju
