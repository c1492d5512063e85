#include "sim/cli/completion.hpp"

#include <CLI/CLI.hpp>
#include <vector>

namespace sim {
namespace {

struct Command {
    std::string name, about, words;
    std::vector<std::pair<std::string, std::string>> options;  // name, description
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

std::vector<Command> commands_of(const CLI::App& app) {
    std::vector<Command> out;
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        Command command{sub->get_name(), one_line(sub->get_description()), {}, {}};
        for (const CLI::Option* option : sub->get_options()) {
            const std::string words = fixed_words(*option);
            if (!option->get_positional()) command.options.emplace_back(option->get_name(), one_line(option->get_description()));
            if (!words.empty()) command.words += (command.words.empty() ? "" : " ") + words;
        }
        out.push_back(std::move(command));
    }
    return out;
}

std::string bash(const std::vector<Command>& commands) {
    std::string out = "_calrig() {\n  local word=${COMP_WORDS[COMP_CWORD]} words=\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    words='";
    for (const Command& command : commands) out += command.name + " ";
    out += "--help --version'\n  else case ${COMP_WORDS[1]} in\n";
    for (const Command& command : commands) {
        out += "    " + command.name + ") words='" + command.words;
        for (const auto& [name, description] : command.options) out += " " + name;
        out += "';;\n";
    }
    return out + "  esac; fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\") $(compgen -f -- \"$word\"))\n}\ncomplete -o filenames -F _calrig calrig ./calrig\n";
}

std::string zsh(const std::vector<Command>& commands) {
    std::string out = "#compdef calrig\n_calrig() {\n  local -a commands options\n  commands=(\n";
    for (const Command& command : commands) out += "    '" + command.name + ":" + command.about + "'\n";
    out += "  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n  case $words[2] in\n";
    for (const Command& command : commands) {
        out += "    " + command.name + ") options=(";
        for (const auto& [name, description] : command.options) out += "'" + name + ":" + description + "' ";
        out += "); _describe option options";
        if (!command.words.empty()) out += "; compadd " + command.words;
        out += ";;\n";
    }
    return out + "  esac\n  _files\n}\ncompdef _calrig calrig\n";
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
    const std::vector<Command> commands = commands_of(app);
    return shell == "zsh" ? zsh(commands) : bash(commands);
}

}  // namespace sim
