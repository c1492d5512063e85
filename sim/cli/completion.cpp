#include "sim/cli/completion.hpp"

#include <CLI/CLI.hpp>
#include <optional>
#include <vector>

namespace sim {
namespace {

struct Value {
    std::string words;   // the fixed ones, blanks between
    bool file = false;   // the name of a file or folder
};
struct Option {
    std::string name, about;
    std::optional<Value> value;  // nothing: a flag
};
struct Command {
    std::string name, about;
    Value positional;
    std::vector<Option> options;
};

std::string one_line(std::string text) {
    for (char& c : text)
        if (c == '\n' || c == '\'' || c == '[' || c == ']' || c == ':') c = ' ';
    return text;
}

/// "{a,b}" in the option's type text names its fixed words.
std::string fixed_words(const CLI::Option& option) {
    const std::string text = option.get_type_name();
    const std::size_t open = text.find('{');
    const std::size_t close = text.find('}', open);
    if (open == std::string::npos || close == std::string::npos) return {};
    std::string words = text.substr(open + 1, close - open - 1);
    for (char& c : words)
        if (c == ',') c = ' ';
    return words;
}

Value value_of(const CLI::Option& option) {
    Value out{fixed_words(option), false};
    const std::string type = option.get_type_name();
    // Positionals without fixed words are paths: scenarios, a world, JSON lines.
    out.file = out.words.empty() && (option.get_positional() || type == "FILE" || type == "DIR" || type.ends_with(".pem"));
    return out;
}

std::vector<Command> commands_of(const CLI::App& app) {
    std::vector<Command> out;
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        Command command{sub->get_name(), one_line(sub->get_description()), {}, {}};
        for (const CLI::Option* option : sub->get_options()) {
            const Value value = value_of(*option);
            if (!option->get_positional()) {
                const bool flag = option->get_type_size_max() == 0;
                command.options.push_back({option->get_name(), one_line(option->get_description()), flag ? std::nullopt : std::optional(value)});
            } else {
                command.positional.words += value.words;
                command.positional.file = command.positional.file || value.file;
            }
        }
        out.push_back(std::move(command));
    }
    return out;
}

std::string bash(const std::vector<Command>& commands) {
    std::string out = R"(_calrig() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words= files=
  if [ "$word" = = ]; then word=; elif [ "$before" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=')";
    for (const Command& command : commands) out += command.name + " ";
    out += "--help --version'\n  else case \"${COMP_WORDS[1]} $before\" in\n";
    for (const Command& command : commands)
        for (const Option& option : command.options)
            if (option.value)
                out += "    '" + command.name + " " + option.name + "') words='" + option.value->words + "'" + (option.value->file ? "; files=yes" : "") + ";;\n";
    out += "    *) case ${COMP_WORDS[1]} in\n";
    for (const Command& command : commands) {
        out += "      " + command.name + ") if [[ $word == -* ]]; then words='";
        for (const Option& option : command.options) out += option.name + " ";
        out += "'; else words='" + command.positional.words + "'" + (command.positional.file ? "; files=yes" : "") + "; fi;;\n";
    }
    // Names of files may have blanks: one per line.
    return out + R"(    esac;;
  esac; fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; [ -z "$files" ] || compgen -f -- "$word")
}
complete -o filenames -F _calrig calrig ./calrig
)";
}

std::string zsh(const std::vector<Command>& commands) {
    std::string out = "#compdef calrig\n_calrig() {\n  local -a commands options\n  commands=(\n";
    for (const Command& command : commands) out += "    '" + command.name + ":" + command.about + "'\n";
    out += "  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n  case \"$words[2] $words[CURRENT-1]\" in\n";
    const auto offer = [](const Value& value) {
        return (value.words.empty() ? std::string() : "compadd -- " + value.words + "; ") + (value.file ? "_files; " : "");
    };
    for (const Command& command : commands)
        for (const Option& option : command.options)
            if (option.value) out += "    '" + command.name + " " + option.name + "') " + offer(*option.value) + "return;;\n";
    out += "  esac\n  case $words[2] in\n";
    for (const Command& command : commands) {
        out += "    " + command.name + ") if [[ $PREFIX == -* ]]; then options=(";
        for (const Option& option : command.options) out += "'" + option.name + ":" + option.about + "' ";
        out += "); _describe -o option options; else " + offer(command.positional) + ":; fi;;\n";
    }
    return out + "  esac\n}\ncompdef _calrig calrig\n";
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
    const std::vector<Command> commands = commands_of(app);
    return shell == "zsh" ? zsh(commands) : bash(commands);
}

}  // namespace sim
