#include "sim/scenario/organisation.hpp"

#include <algorithm>

#include "sim/scenario/provisioning.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {
namespace {

constexpr std::size_t kLettersMax = 1024;  // vendor's guide: header and footer, blanks included

std::size_t letters_of(std::string_view utf8) {
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

std::map<std::string, std::string> texts_by_language(LoadState& state, Fields& f, std::string_view key) {
    std::map<std::string, std::string> out;
    const YamlNode* node = f.node(key);
    if (node == nullptr) return out;
    const std::string name(key);
    if (node->kind != YamlNode::Kind::map) {
        state.error(f.place(key), "`" + name + "` needs a text per language", "write " + name + ": { en: Welcome, pl: Witamy }");
        return out;
    }
    for (const YamlEntry& entry : node->entries) {
        if (!is_language_tag(entry.key)) {
            state.error(entry.place, "`" + entry.key + "` is no language tag", "write it as pl-PL, en-US or fi");
            continue;
        }
        if (entry.value.kind != YamlNode::Kind::text || entry.value.text.empty()) {
            state.error(entry.place, "`" + name + "` of " + entry.key + " is no text", "leave out a language that has none");
            continue;
        }
        if (const std::size_t letters = letters_of(entry.value.text); letters > kLettersMax) {
            state.error(entry.value.place, "`" + name + "` of " + entry.key + " has " + std::to_string(letters) + " letters",
                        "the meeting cloud takes at most " + std::to_string(kLettersMax));
            continue;
        }
        out[entry.key] = entry.value.text;
    }
    return out;
}

std::string link(LoadState& state, Fields& f, std::string_view key) {
    const std::string url = f.text(key).value_or("");
    if (!url.empty() && !url.starts_with("https://"))
        state.error(f.place(key), "`" + url + "` is no link", "write it as https://calrig.webex.com/numbers");
    return url;
}

}  // namespace

void read_organisation(LoadState& state, const YamlNode& node, const Place& place) {
    Fields f(state, node, organisation_keys(), "`organisation`", place);
    fakes::InvitationSettings& to = state.scenario.invitations;
    to.language = f.language("language").value_or("");
    to.headers = texts_by_language(state, f, "header");
    to.footers = texts_by_language(state, f, "footer");
    to.texts_for_all = f.language("texts for all").value_or("");
    if (!to.texts_for_all.empty() && !to.headers.contains(to.texts_for_all) && !to.footers.contains(to.texts_for_all))
        state.error(f.place("texts for all"), "there is neither header nor footer in " + to.texts_for_all,
                    "name a language of `header` or `footer`");
    to.phone_number = f.text("phone number").value_or("");
    to.all_numbers_url = link(state, f, "all phone numbers");
    to.toll_free_url = link(state, f, "toll-free restrictions");
    if (to.phone_number.empty() && (!to.all_numbers_url.empty() || !to.toll_free_url.empty()))
        state.error(f.owner_place(), "links to phone numbers without a `phone number`", "add `phone number: +48 22 123 45 67`");
    to.device_address = f.text("device address").value_or("");
    to.skype = f.flag_or("skype", false);
    read_provisioning(state, f);
}

}  // namespace sim
