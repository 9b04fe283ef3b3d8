// Parameters of actions against the JSON schema (draft 4) of actions.yaml. The only user of
// valijson.
#include "charm.hpp"
#include "text.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace local_juju {
namespace {

/// The object schema of an action: `params` are its properties, the agent's own keys left out.
Json schema_of(const Json& action, const std::string& juju) {
  Json schema = {{"type", "object"}, {"properties", action.value("params", Json::object())}};
  for (const auto& [key, value] : action.items())
    if (key != "params" && key != "parallel" && key != "execution-group")
      schema[key] = value;
  if (schema["properties"].is_null())
    schema["properties"] = Json::object();
  if (juju == "4.0" && !schema.contains("additionalProperties"))
    schema["additionalProperties"] = false;
  return schema;
}

void insert_defaults(const Json& schema, Json& value) {
  for (const auto& [name, property] : child(schema, "properties").items()) {
    if (!property.is_object())
      continue;
    if (!value.contains(name) && property.contains("default"))
      value[name] = property["default"];
    if (property.contains("properties") && value.contains(name) && value[name].is_object())
      insert_defaults(property, value[name]);
  }
}

std::string first_error(valijson::ValidationResults& results) {
  valijson::ValidationResults::Error error;
  std::string text;
  while (results.popError(error)) {
    text += text.empty() ? "" : "; ";
    for (const std::string& part : error.context)
      text += part == "<root>" ? "(root)" : part;
    text += ": " + error.description;
  }
  return text;
}

}  // namespace

Json checked_params(const Charm& charm,
                    const std::string& action,
                    const Json& params,
                    const std::string& juju) {
  if (!charm.actions.contains(action))
    throw Refused("action " + go_quoted(action) + " not defined on unit");
  const Json document = schema_of(charm.actions[action], juju);
  Json filled = params;
  insert_defaults(document, filled);

  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft4);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (!validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(filled), &results))
    throw Refused("validation failed: " + first_error(results));
  return filled;
}

}  // namespace local_juju
