// From a wire item to a row of the screen.
#include <algorithm>

#include "fakes/cloud/edge.hpp"

namespace fakes {
namespace {

// RoomOS: a hidden title is shown as these words.
constexpr const char* masked_title = "Scheduled meeting";

bool is_private(std::string_view sensitivity) { return sensitivity == "Private" || sensitivity == "Confidential"; }

bool before(const ShownMeeting& a, const ShownMeeting& b) {
    return a.start != b.start ? a.start < b.start : a.id < b.id;
}

}  // namespace

void Edge::take_item(std::string_view json) {
    const auto item = read_item(json);
    if (!item) return;
    const std::string& id = item->clear.id;
    if (item->deleted) {
        remove(id);
        return;
    }
    stop_waiting(id);
    if (item->key_url.empty()) {
        show_item(*item, nullptr);
        return;
    }
    if (const auto key = keys_.find(item->key_url); key != keys_.end()) {
        open_item(json, *item, key->second);
        return;
    }
    Wanted& wanted = wanted_[item->key_url];
    wanted.waiting.emplace(id, json);
    wanted.refused.reset();
    key_of_waiting_.emplace(id, item->key_url);
}

/// Who can open the item reads its parts, too: an app shows who comes and the agenda, a device the agenda.
void Edge::open_item(std::string_view json, const WireItem& item, const JweKey& key) {
    const std::string& id = item.clear.id;
    std::vector<std::string> urls;
    if (!item.notes_url.empty()) urls.push_back(item.notes_url);
    if (!item.participants_url.empty() && options_.kind == EdgeOptions::Kind::app) urls.push_back(item.participants_url);
    if (urls.empty()) {
        parts_.erase(id);
        return show_item(item, &key);
    }
    Parts& parts = parts_[id];
    if (parts.slim != json) {
        parts = Parts{std::string(json), {}, static_cast<int>(urls.size())};
        // What is still on its way belongs to the item as it was.
        std::erase_if(pending_, [&id](const auto& one) { return one.second.what == Pending::For::part && one.second.item_id == id; });
        for (std::string& url : urls) parts_wanted_.emplace_back(id, std::move(url));
    }
    if (parts.missing > 0) return show_item(item, &key);
    std::string whole = parts.slim.substr(0, parts.slim.size() - 1);
    for (const std::string& member : parts.members) whole += "," + member;
    const auto complete = read_item(whole + "}");
    show_item(complete ? *complete : item, &key);
}

void Edge::stop_waiting(std::string_view item_id) {
    const auto waiting = key_of_waiting_.find(item_id);
    if (waiting == key_of_waiting_.end()) return;
    if (const auto wanted = wanted_.find(waiting->second); wanted != wanted_.end()) {
        wanted->second.waiting.erase(waiting->first);
        if (wanted->second.waiting.empty()) wanted_.erase(wanted);
    }
    key_of_waiting_.erase(waiting);
}

void Edge::show_item(const WireItem& item, const JweKey* key) {
    ShownMeeting row = item.clear;
    for (const SealedText& sealed : item.sealed) {
        auto plain = key != nullptr ? reader_.open(sealed.jwe, *key) : std::nullopt;
        if (!plain) {
            row = item.clear;
            row.unreadable = key != nullptr ? sealed.name + " cannot be decrypted with the item's key"
                                            : "no encryptionKeyUrl";
            break;
        }
        if (sealed.field != nullptr) row.*sealed.field = std::move(*plain);
        else if (sealed.participant_field != nullptr)
            row.participants[sealed.participant].*sealed.participant_field = std::move(*plain);
    }
    // The booking that waits is this meeting; its answer may come later than the calendar.
    for (Asked& asked : asked_)
        if (asked.row && (asked.item_id == row.id || (asked.row->start == row.start && asked.row->title == row.title &&
                                                      asked.row->duration_minutes == row.duration_minutes)))
            drop_pending_row(asked);
    if (options_.shared && is_private(row.sensitivity)) row.title = masked_title;
    show(std::move(row));
}

void Edge::show(ShownMeeting meeting) {
    const auto placed = starts_.find(meeting.id);
    if (placed != starts_.end() && placed->second == meeting.start) {
        const auto row = std::lower_bound(screen_.meetings.begin(), screen_.meetings.end(), meeting, before);
        if (*row == meeting) return;
        *row = std::move(meeting);
        ++revision_;
        return;
    }
    if (placed != starts_.end()) {
        const std::string id = meeting.id;
        erase_row(id);
    }
    starts_.emplace(meeting.id, meeting.start);
    const auto place = std::lower_bound(screen_.meetings.begin(), screen_.meetings.end(), meeting, before);
    screen_.meetings.insert(place, std::move(meeting));
    ++revision_;
    refresh_buttons();
}

void Edge::erase_row(std::string_view item_id) {
    const auto placed = starts_.find(item_id);
    if (placed == starts_.end()) return;
    ShownMeeting where;
    where.id = item_id;
    where.start = placed->second;
    screen_.meetings.erase(std::lower_bound(screen_.meetings.begin(), screen_.meetings.end(), where, before));
    starts_.erase(placed);
    ++revision_;
}

void Edge::remove(std::string_view item_id) {
    if (const auto parts = parts_.find(item_id); parts != parts_.end()) parts_.erase(parts);
    stop_waiting(item_id);
    erase_row(item_id);
    if (const auto lit = lit_.find(item_id); lit != lit_.end()) lit_.erase(lit);
    refresh_buttons();
}

void Edge::refresh_buttons() {
    if (lit_.empty() && screen_.join_buttons.empty()) return;
    std::vector<std::pair<Instant, std::string>> shown;
    for (const std::string& id : lit_)
        if (const auto placed = starts_.find(id); placed != starts_.end()) shown.emplace_back(placed->second, id);
    std::sort(shown.begin(), shown.end());
    std::vector<std::string> ids;
    for (auto& [start, id] : shown) ids.push_back(std::move(id));
    if (ids == screen_.join_buttons) return;
    screen_.join_buttons = std::move(ids);
    ++revision_;
}

}  // namespace fakes
