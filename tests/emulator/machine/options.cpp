#include "options.hpp"

namespace emulated {

namespace {

bool takes_value(const Option& option) {
  return option.name.back() == '=';
}

std::string bare(const Option& option) {
  return takes_value(option) ? option.name.substr(0, option.name.size() - 1) : option.name;
}

class Parser {
 public:
  Parser(const Words& arguments,
         const std::vector<Option>& known,
         const std::function<Refused(const std::string&)>& unknown)
      : arguments_(arguments), known_(known), unknown_(unknown) {}

  Options parse() {
    for (; at_ < arguments_.size(); ++at_) {
      const std::string& argument = arguments_[at_];
      if (argument == "--") {
        result_.words.insert(result_.words.end(),
                             arguments_.begin() + static_cast<std::ptrdiff_t>(at_) + 1,
                             arguments_.end());
        break;
      }
      if (starts_with(argument, "--"))
        read_long(argument.substr(2));
      else if (argument.size() > 1 && argument[0] == '-')
        read_short(argument.substr(1));
      else
        result_.words.push_back(argument);
    }
    return std::move(result_);
  }

 private:
  void read_long(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    for (const Option& option : known_) {
      if (bare(option) != name)
        continue;
      if (!takes_value(option) && equals != std::string::npos)
        break;
      result_.values[name].push_back(!takes_value(option)          ? ""
                                     : equals != std::string::npos ? text.substr(equals + 1)
                                                                   : next("--" + name));
      return;
    }
    throw unknown_("--" + name);
  }

  void read_short(const std::string& letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const Option& option = by_letter(letters[i]);
      if (!takes_value(option)) {
        result_.values[bare(option)].emplace_back();
        continue;
      }
      const std::string rest = letters.substr(i + 1);
      result_.values[bare(option)].push_back(rest.empty() ? next(std::string("-") + letters[i])
                                                          : rest);
      return;
    }
  }

  const Option& by_letter(char letter) const {
    for (const Option& option : known_)
      if (option.letter == letter)
        return option;
    throw unknown_(std::string("-") + letter);
  }

  const std::string& next(const std::string& option) {
    if (at_ + 1 >= arguments_.size())
      throw unknown_(option + " (needs a value)");
    return arguments_[++at_];
  }

  const Words& arguments_;
  const std::vector<Option>& known_;
  const std::function<Refused(const std::string&)>& unknown_;
  std::size_t at_ = 0;
  Options result_ = {};
};

}  // namespace

std::string Options::get(const std::string& name, const std::string& otherwise) const {
  const auto found = values.find(name);
  return found == values.end() ? otherwise : found->second.back();
}

Options parse_options(const Words& arguments,
                      const std::vector<Option>& known,
                      const std::function<Refused(const std::string&)>& unknown) {
  return Parser(arguments, known, unknown).parse();
}

}  // namespace emulated
