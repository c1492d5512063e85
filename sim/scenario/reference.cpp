// The language in words: for the terminal and for the guide.
#include "sim/scenario/policies.hpp"
#include "sim/scenario/requirements.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {
namespace {

std::string phrase_of(Takes takes) {
    switch (takes) {
        case Takes::text: return "text";
        case Takes::texts: return "text or list";
        case Takes::word: return "word";
        case Takes::flag: return "yes or no";
        case Takes::number: return "number";
        case Takes::duration: return "duration";
        case Takes::time: return "time";
        case Takes::span: return "span";
        case Takes::clock: return "clock";
        case Takes::date: return "date";
        case Takes::when: return "when";
        case Takes::repeat: return "repetition";
        case Takes::person: return "person";
        case Takes::people: return "people";
        case Takes::event:
        case Takes::button: return "event";
        case Takes::language: return "language";
        case Takes::zone: return "zone";
        case Takes::file: return "file";
        case Takes::operation: return "operation";
        case Takes::how_often: return "how often";
        case Takes::meetings: return "meetings";
        case Takes::responses: return "answers";
        case Takes::ids:
        case Takes::invariants:
        case Takes::providers: return "list";
        case Takes::language_texts: return "text per language";
        case Takes::room_mailbox:
        case Takes::organisation:
        case Takes::people_table:
        case Takes::policy_table: return "map";
        case Takes::story:
        case Takes::expectations: return "list";
    }
    return "";
}

std::string choices_of(const KeyRow& row) {
    std::string out;
    for (const char c : row.choices) out += c == '|' ? std::string(", ") : std::string(1, c);
    return out;
}

std::string heading(const ActRow& row) {
    return std::string(word_of(row.actor)) + (row.verb.empty() ? "" : " " + std::string(row.verb));
}
std::string heading(const ClaimRow& row) {
    return std::string(row.phrase) + (row.subject == Subject::none ? "" : " X");
}

void append_table(std::string& out, std::span<const KeyRow> rows) {
    out += "\n| key | takes | meaning |\n|---|---|---|\n";
    for (const KeyRow& row : rows) {
        out += "| `" + std::string(row.name) + "`" + (row.required ? " (needed)" : "") + " | " + phrase_of(row.takes);
        if (!row.choices.empty()) out += ": " + choices_of(row);
        out += " | " + std::string(row.meaning) + " |\n";
    }
}

/// The keys in one line; a table for each act would drown the guide.
std::string keys_line(std::span<const KeyRow> rows, std::string_view short_key) {
    std::string out;
    if (rows.empty()) return "Nothing more to say";
    for (const KeyRow& row : rows) {
        if (!out.empty()) out += ", ";
        out += "`" + std::string(row.name) + "`" + (row.required ? "*" : "") + " " + phrase_of(row.takes);
        if (!row.choices.empty()) out += " (" + choices_of(row) + ")";
    }
    if (!short_key.empty()) out += ". One value alone stands for `" + std::string(short_key) + "`";
    return out;
}

void append_plain(std::string& out, std::span<const KeyRow> rows) {
    for (const KeyRow& row : rows) {
        std::string line = "    " + std::string(row.name);
        line.resize(std::max<std::size_t>(line.size() + 1, 30), ' ');
        out += line + std::string(row.meaning) + (row.choices.empty() ? "" : " [" + choices_of(row) + "]") +
               (row.required ? " (needed)" : "") + "\n";
    }
}

}  // namespace

std::string scenario_language_help() {
    std::string out = "A scenario is a YAML file: title, clock, people, story, expect.\n\nKEYS OF A SCENARIO\n";
    append_plain(out, scenario_keys());
    out += "\nKEYS OF A PERSON OR ROOM\n";
    append_plain(out, person_keys());
    out += "\nKEYS OF THE ORGANISATION\n";
    append_plain(out, organisation_keys());
    out += "\nACTS\n";
    for (const ActRow& row : act_rows()) {
        out += "  " + heading(row) + ": " + std::string(row.meaning) + (row.only.empty() ? "" : " (Google only)") + "\n    e.g. " +
               std::string(row.example) + "\n";
        append_plain(out, row.keys);
    }
    out += "\nEXPECTATIONS\n";
    for (const ClaimRow& row : claim_rows()) {
        out += "  " + heading(row) + ": " + std::string(row.meaning) + "\n    e.g. " + std::string(row.example) + "\n";
        append_plain(out, row.keys);
    }
    out += "\nAN EXPECTED MEETING\n";
    append_plain(out, meeting_keys());
    out += "\nINVARIANTS (hold in every scenario; `relax:` switches one off)\n";
    for (const InvariantRow& row : invariant_rows()) out += "  " + std::string(row.name) + ": " + std::string(row.meaning) + "\n";
    out += "\nPOLICIES\n";
    for (const PolicyRow& row : policies())
        out += "  " + std::string(row.name) + ": " + std::string(row.meaning) + ". Default " + std::string(row.standard) + ": " +
               std::string(row.why) + "\n";
    return out;
}

std::string scenario_language_reference() {
    std::string out = "### Keys of a scenario\n";
    append_table(out, scenario_keys());
    out += "\n### Keys of a person or room\n";
    append_table(out, person_keys());
    out += "\n`room mailbox`: " + keys_line(room_mailbox_keys(), "") + ".\n";
    out += "\n### Keys of the organisation\n";
    append_table(out, organisation_keys());
    out += "\n### Acts\n\nA star marks a needed key. Every act of a person or administrator also takes `refused: yes`.\n";
    for (const ActRow& row : act_rows()) {
        out += "\n**`" + heading(row) + "`** " + std::string(row.meaning) + (row.only.empty() ? "" : " (Google only)") + ".\n" +
               keys_line(row.keys, row.short_key) + ".\n```yaml\n" + std::string(row.example) + "\n```\n";
    }
    out += "\n### Expectations\n";
    for (const ClaimRow& row : claim_rows()) {
        out += "\n**`" + heading(row) + "`** " + std::string(row.meaning) + ".\n" + keys_line(row.keys, row.short_key) + ".\n```yaml\n" +
               std::string(row.example) + "\n```\n";
    }
    out += "\n### An expected meeting\n\nOnly what is written is compared. A text alone is a title.\n";
    append_table(out, meeting_keys());
    out += "\n### Invariants\n\nThey hold in every scenario without being named; `relax: [name]` switches one off.\n\n| name | meaning |\n|---|---|\n";
    for (const InvariantRow& row : invariant_rows()) out += "| " + std::string(row.name) + " | " + std::string(row.meaning) + " |\n";
    out += "\n### Policies\n\n| name | default | meaning | why |\n|---|---|---|---|\n";
    for (const PolicyRow& row : policies()) {
        std::string choices;
        for (const char c : row.choices) choices += c == '|' ? std::string(", ") : std::string(1, c);
        out += "| `" + std::string(row.name) + "` | " + std::string(row.standard) + " | " + std::string(row.meaning) +
               (choices.empty() ? "" : " (" + choices + ")") + " | " + std::string(row.why) + " |\n";
    }
    out += "\n### Statements for `covers`\n\n| id | on | statement |\n|---|---|---|\n";
    for (const Requirement& row : requirements()) {
        const char* on = row.microsoft && row.google ? "both" : row.microsoft ? "microsoft" : "google";
        out += "| " + std::string(row.id) + " | " + on + " | " + std::string(row.sentence) +
               (row.operation.empty() ? "" : " (`" + std::string(row.operation) + "`)") + " |\n";
    }
    return out;
}

}  // namespace sim
