#include "sim/scenario/people.hpp"

#include <algorithm>
#include <array>

#include "sim/scenario/characters.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {
namespace {

// Long and unlike ordinary words: the judge looks for them in everything that leaves the engine.
constexpr std::array<std::string_view, 40> kSurnames{
    "Archerfield", "Blackthorne", "Brzezinska",  "Castellanos", "Drummondson", "Eskelinen",  "Fitzwilliam", "Grabowiecki",
    "Hawthorneby", "Ingvarsson",  "Jankowiakova", "Kowalczykin", "Lindqvistson", "MacAllister", "Nieminenmaa", "Oberhauser",
    "Papadimitriou", "Quackenbush", "Rautavaara",  "Sienkiewicz", "Thorvaldsen", "Underhillson", "Vandenberghe", "Westerholm",
    "Xanthopoulos", "Yamaguchida", "Zakrzewska",  "Ashgrovely",  "Bellweather", "Cunninghame", "Dabrowskaya", "Ellingboeck",
    "Fairweather", "Gyllenhaalin", "Hutchingson", "Iwaszkiewicz", "Juttinpoika", "Kirkpatrick", "Lumbergrove", "Montgomerie"};

std::uint64_t hash_of(std::string_view key) {
    std::uint64_t h = 0xcbf29ce484222325u;  // FNV-1a
    for (const char c : key) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return h;
}

bool good_key(std::string_view key) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !key.empty() && key.size() <= 30 && letter(key[0]) && key.back() != '-' &&
           std::ranges::all_of(key, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

constexpr std::array<std::string_view, 12> kTaken{"admin", "provider", "engine", "network", "kms",    "app",
                                                  "device", "calls",   "anything", "cloud", "calendar", "service"};

fakes::RoomMailbox room_mailbox(LoadState& state, const YamlNode& node, const Place& place) {
    fakes::RoomMailbox out;
    Fields f(state, node, room_mailbox_keys(), "`room mailbox`", place);
    out.accepts_by_itself = f.flag_or("accepts by itself", out.accepts_by_itself);
    out.keeps_subject = f.flag_or("keeps subject", out.keeps_subject);
    out.keeps_comments = f.flag_or("keeps comments", out.keeps_comments);
    if (const auto after = f.duration("answers after"))
        out.answer_seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*after).count());
    return out;
}

ScenarioPerson person(LoadState& state, const YamlEntry& entry) {
    ScenarioPerson out;
    out.place = entry.place;
    fakes::Person& person = out.person;
    Fields f(state, entry.value, person_keys(), "`" + entry.key + "`", entry.place);
    person.key = entry.key;
    const std::string kind = f.word("kind").value_or("person");
    person.is_room = kind == "room";
    person.name = f.text("name").value_or(name_for(entry.key, person.is_room));
    person.address = f.text("email").value_or(entry.key + "@calrig.example");
    if (!is_address(person.address))
        state.error(f.place("email"), "`" + person.address + "` is no e-mail address", "write it as ana@calrig.example");
    person.language = f.language("language").value_or("en-US");
    const Zone* zone = f.zone("zone");
    person.zone = zone != nullptr ? zone->iana() : state.zone->iana();
    person.cloud_address = f.text("cloud email").value_or("");
    if (!person.cloud_address.empty() && !is_address(person.cloud_address))
        state.error(f.place("cloud email"), "`" + person.cloud_address + "` is no e-mail address", "write it as ana@calrig.example");
    out.email_verified = f.flag_or("email verified", true);
    person.has_mailbox = f.flag_or("mailbox", true);
    out.activated = f.flag_or("activated", true);
    out.has_device = f.word("device").value_or(person.is_room ? "yes" : "no") != "no";
    out.has_app = f.flag_or("app", !person.is_room);
    out.clock_skew = f.duration("clock ahead").value_or(std::chrono::milliseconds(0)) - f.duration("clock behind").value_or(std::chrono::milliseconds(0));
    out.check_in_within = f.duration("check-in within");
    for (const char* key : {"clock ahead", "clock behind", "check-in within"})
        if (f.has(key) && !out.has_device)
            state.error(f.key_place(key), "`" + entry.key + "` has no device", "give them one: `device: desk`");
    if (f.has("clock ahead") && f.has("clock behind"))
        state.error(f.key_place("clock behind"), "a clock is either ahead or behind", "leave one of them out");
    out.personal_room = f.flag_or("personal room", !person.is_room);
    if (person.is_room && (out.has_app || out.personal_room))
        state.error(entry.place, "a room has neither app nor personal room", "leave them out");
    if (kind == "group") {
        if (!f.has("members")) state.error(entry.place, "`" + entry.key + "` has no members", "add `members: [ben, cy]`");
        for (const char* key : {"device", "app", "activated", "personal room", "cloud email", "email verified", "mailbox", "language", "zone"})
            if (f.has(key)) state.error(f.key_place(key), "a group is nobody: it has no `" + std::string(key) + "`", "leave it out");
        out.members.emplace();  // by name when everybody is known
        person.has_mailbox = out.has_app = out.has_device = out.personal_room = out.activated = false;
    } else if (f.has("members")) {
        state.error(f.key_place("members"), "`" + entry.key + "` is no group", "add `kind: group`");
    }
    if (const YamlNode* node = f.node("room mailbox")) {
        if (!person.is_room) state.error(f.key_place("room mailbox"), "`" + entry.key + "` is no room", "add `kind: room`");
        person.room = room_mailbox(state, *node, f.key_place("room mailbox"));
    }
    return out;
}

/// The name cannot stay, but what is said of the person is read.
void refuse_person(LoadState& state, const YamlEntry& entry) {
    state.refused_people.insert(lower_ascii(entry.key));
    person(state, entry);
}

void read_members(LoadState& state, const YamlEntry& entry, ScenarioPerson& group) {
    Fields f(state, entry.value, person_keys(), "`" + entry.key + "`", entry.place);
    for (const std::string& member : f.people("members")) {
        const ScenarioPerson& one = state.scenario.people.at(member);
        if (one.members) state.error(f.place("members"), "`" + member + "` is a group, too", "name its members");
        else group.members->push_back(member);
    }
}

}  // namespace

std::string name_for(std::string_view key, bool is_room) {
    std::string name(key);
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    std::ranges::replace(name, '-', ' ');
    return name + " " + std::string(kSurnames[hash_of(key) % kSurnames.size()]) + (is_room ? " Room" : "");
}

void read_people(LoadState& state, const YamlNode& node, const Place& place) {
    if (node.kind != YamlNode::Kind::map || node.entries.empty()) {
        std::string names;
        for (const YamlNode& item : node.items)
            if (item.kind == YamlNode::Kind::text && good_key(item.text)) names += (names.empty() ? "" : ", ") + item.text + ": {}";
        if (names.empty()) names = node.kind == YamlNode::Kind::text && good_key(node.text) ? node.text + ": {}" : "ana: {}";
        state.error(node.kind == YamlNode::Kind::nothing ? place : node.place, "a scenario needs people", "write `people: { " + names + " }`");
        state.people_unread = true;
        return;
    }
    constexpr std::size_t kPeopleMax = 2000;
    if (node.entries.size() > kPeopleMax) {
        state.error(place, "more than " + std::to_string(kPeopleMax) + " people", "");
        return;
    }
    std::map<std::string, std::string> addresses;
    for (const YamlEntry& entry : node.entries) {
        if (!good_key(entry.key)) {
            state.error(entry.place, "`" + entry.key + "` cannot name a person",
                        "use small letters a-z, digits and `-`, at most 30: the full name goes in `name:`");
            refuse_person(state, entry);
            continue;
        }
        if (std::ranges::find(kTaken, entry.key) != kTaken.end()) {
            state.error(entry.place, "`" + entry.key + "` is a word of the language", "choose another name");
            refuse_person(state, entry);
            continue;
        }
        if (state.scenario.people.contains(entry.key)) continue;  // given twice: the tree has said so
        ScenarioPerson one = person(state, entry);
        const auto [twin, fresh] = addresses.emplace(one.person.address, entry.key);
        if (!fresh) state.error(entry.place, "`" + entry.key + "` and `" + twin->second + "` have the same e-mail address", "give one an `email:` of its own");
        state.scenario.people.emplace(entry.key, std::move(one));
    }
    for (const YamlEntry& entry : node.entries)
        if (const auto group = state.scenario.people.find(entry.key); group != state.scenario.people.end() && group->second.members) read_members(state, entry, group->second);
}

}  // namespace sim
