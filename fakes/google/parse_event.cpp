// An Event body to an Edit: merge rules of patch, defaults of update, checks of all (facts/google.md 5, 6.4, 6.12).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fakes/google/body.hpp"
#include "fakes/google/conference.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/parse.hpp"
#include "fakes/google/query.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

using nlohmann::json;

class EventReader {
  public:
    EventReader(const json& body, BodyKind kind, const View* base, const std::string& zone, Edit& edit)
        : body_(body), kind_(kind), base_(base), zone_(zone), edit_(edit) {}

    Refusal read(bool conference_allowed) {
        if (kind_ == BodyKind::patch) start_from_base();
        if (kind_ == BodyKind::update) {
            edit_.sets = members_shared | member_private_properties | member_color | member_transparency |
                         member_visibility | member_reminders;
            if (!conference_allowed) edit_.sets &= ~static_cast<std::uint32_t>(member_opaque);
            edit_.event.rest.edit().event_type = base_->event->rest->event_type;
        }
        for (const auto step : {&EventReader::texts, &EventReader::ids, &EventReader::event_type, &EventReader::times,
                                &EventReader::recurrence, &EventReader::attendees, &EventReader::properties,
                                &EventReader::reminders, &EventReader::enums, &EventReader::rights})
            if (Refusal refusal = (this->*step)()) return refusal;
        if (Refusal refusal = opaque(conference_allowed)) return refusal;
        return status_events();
    }

  private:
    void start_from_base() {
        edit_.event = *base_->event;
        edit_.event.start.at = base_->start();
        edit_.event.end.at = base_->end();
        edit_.own = *base_->row->own;
        edit_.recurrence = base_->meeting->repeats->recurrence;
    }

    template <typename Text>
    Refusal text(const char* name, Text& to, std::size_t max_bytes, std::uint32_t bit) {
        const json* value = member(body_, name);
        if (value == nullptr) return {};
        if (value->is_null())
            to.clear();
        else if (value->is_string())
            to = value->get_ref<const std::string&>();
        else
            return bad_value(name);
        if (to.size() > max_bytes) return bad_value(name);
        edit_.sets |= bit;
        return {};
    }

    Refusal texts() {
        if (Refusal r = text("summary", edit_.event.summary, limits::max_short_text_bytes, member_summary)) return r;
        if (Refusal r = text("description", edit_.event.description, limits::max_description_bytes, member_description)) return r;
        if (Refusal r = text("location", edit_.event.location, limits::max_short_text_bytes, member_location)) return r;
        if (Refusal r = text("colorId", edit_.own.color, 2, member_color)) return r;
        const std::string& color = edit_.own.color;  // colors.get: events have 1 to 11
        const bool known = color.empty() || color == "10" || color == "11" || (color.size() == 1 && color[0] >= '1' && color[0] <= '9');
        return known ? Refusal() : bad_value("colorId");
    }

    Refusal ids() {
        if (Refusal r = sequence()) return r;
        if (base_ != nullptr) return {};
        if (Refusal r = text("id", edit_.id, limits::max_event_id_chars, 0)) return r;
        if (Refusal r = text("iCalUID", edit_.uid, limits::max_event_id_chars, 0)) return r;
        if (kind_ == BodyKind::import) return import_members();
        if (edit_.id.empty()) return {};
        const bool alphabet = std::all_of(edit_.id.begin(), edit_.id.end(),
                                          [](char c) { return (c >= 'a' && c <= 'v') || (c >= '0' && c <= '9'); });
        if (!alphabet || edit_.id.size() < limits::min_event_id_chars)
            return refuse::invalid("Invalid resource id value.", "an event id is 5 to 1024 characters of a-v and 0-9");
        return {};
    }

    Refusal sequence() {
        const json* value = member(body_, "sequence");
        if (value == nullptr || value->is_null()) return {};
        if (!value->is_number_integer()) return bad_value("sequence");
        const std::int64_t given = value->get<std::int64_t>();
        if (given < 0 || given > 1'000'000'000) return bad_value("sequence");
        if (base_ != nullptr && given < base_->event->sequence) return refuse::sequence_below();
        (base_ != nullptr ? edit_.sequence : edit_.event.sequence) = static_cast<int>(given);
        return {};
    }

    Refusal import_members() {
        if (edit_.uid.empty()) return refuse::required("Required", "iCalUID");
        edit_.id.clear();
        if (const json* original = member(body_, "originalStartTime"); original != nullptr && !original->is_null()) {
            EventTime at;
            bool explicit_zone = false;
            const std::uint32_t sets = edit_.sets;
            if (Refusal r = time("originalStartTime", "original start", at, explicit_zone)) return r;
            edit_.sets = sets;
            edit_.original = at.at;
        }
        const json* organizer = member(body_, "organizer");
        if (organizer == nullptr || !organizer->is_object()) return {};
        if (const json* email = member(*organizer, "email"); email != nullptr && email->is_string()) {
            edit_.organizer_address = lower(email->get_ref<const std::string&>());
            if (edit_.organizer_address.size() > 320 || edit_.organizer_address.find('@') == std::string::npos)
                return bad_value("organizer");
        }
        if (const json* name = member(*organizer, "displayName"); name != nullptr && name->is_string())
            edit_.organizer_name = name->get<std::string>();
        return edit_.organizer_name.size() > limits::max_short_text_bytes ? bad_value("organizer") : Refusal{};
    }

    Refusal event_type() {
        const json* value = member(body_, "eventType");
        if (value == nullptr || value->is_null()) return {};
        if (!value->is_string()) return bad_value("eventType");
        const std::string& name = value->get_ref<const std::string&>();
        if (base_ != nullptr && name != base_->event->rest->event_type)
            return refuse::event_type_restriction("eventTypeRestriction", "The type of an event cannot be changed.");
        if (name != "default" && name != "outOfOffice" && name != "focusTime" && name != "workingLocation" && name != "birthday")
            return refuse::event_type_restriction("eventTypeRestriction", "Events of this type cannot be created.");
        if (kind_ == BodyKind::import && name != "default")
            return refuse::event_type_restriction("eventTypeRestriction", "Only default events can be imported.");
        edit_.event.rest.edit().event_type = name;
        return {};
    }

    Refusal time(const char* name, const char* word, EventTime& time, bool& explicit_zone) {
        const json* value = member(body_, name);
        const bool known = kind_ == BodyKind::patch;
        const std::string missing = std::string("Missing ") + word + " time.";
        const std::string wrong = std::string("Invalid ") + word + " time.";
        if (value == nullptr) return known ? Refusal{} : refuse::required(missing);
        if (!value->is_object()) return value->is_null() ? refuse::required(missing) : bad_value(name);
        const json* date = member(*value, "date");
        const json* date_time = member(*value, "dateTime");
        const json* zone = member(*value, "timeZone");
        const bool has_date = date != nullptr ? !date->is_null() : known && time.all_day;
        const bool has_time = date_time != nullptr ? !date_time->is_null() : known && !time.all_day;
        if (has_date && has_time)
            return refuse::invalid(wrong, std::string(name) + " has date and dateTime; null takes the other one away");
        if (!has_date && !has_time) return refuse::required(missing);
        std::string zone_name = known ? time.zone.text() : std::string();
        if (zone != nullptr && !zone->is_null()) {
            if (!zone->is_string()) return bad_value("timeZone");
            zone_name = zone->get<std::string>();
            if (recurrence::Zone::find_iana(zone_name) == nullptr)
                return refuse::invalid(std::string("Invalid time zone definition for ") + word + " time.",
                                       "timeZone '" + zone_name + "' is no IANA zone");
        }
        explicit_zone = !zone_name.empty();
        edit_.sets |= member_times;
        if (has_date) {
            if (date != nullptr) {
                const std::optional<Seconds> day = date->is_string() ? parse_date(date->get_ref<const std::string&>()) : std::nullopt;
                if (!day) return refuse::invalid(wrong, std::string(name) + ".date is no yyyy-mm-dd");
                time.at = *day;
            }
            time.all_day = true;
            time.zone = {};
            return {};
        }
        time.all_day = false;
        if (date_time != nullptr) {
            const std::optional<ParsedTime> parsed =
                date_time->is_string() ? parse_date_time(date_time->get_ref<const std::string&>()) : std::nullopt;
            if (!parsed) return refuse::invalid(wrong, std::string(name) + ".dateTime is no RFC 3339 time");
            if (!parsed->has_offset && zone_name.empty())
                return refuse::required(std::string("Missing time zone definition for ") + word + " time.");
            time.at = parsed->at;
            if (!parsed->has_offset)
                time.at = recurrence::Zone::find_iana(zone_name)->to_utc(std::chrono::local_seconds{parsed->at.time_since_epoch()});
        }
        time.zone = zone_name.empty() ? zone_ : zone_name;
        return {};
    }

    Refusal times() {
        // Whoever sends neither is told about the end first (recorded answers to empty bodies).
        const auto missing = [&](const char* name) { return member(body_, name) == nullptr || member(body_, name)->is_null(); };
        if (kind_ != BodyKind::patch && missing("start") && missing("end")) return refuse::required("Missing end time.");
        bool start_zone = false;
        bool end_zone = false;
        EventTime& start = edit_.event.start;
        EventTime& end = edit_.event.end;
        if (Refusal r = time("start", "start", start, start_zone)) return r;
        if (Refusal r = time("end", "end", end, end_zone)) return r;
        explicit_zone_ = start_zone || kind_ == BodyKind::patch;
        if (start.all_day != end.all_day)
            return refuse::invalid("Invalid start time.", "start and end are both dates or both dateTimes");
        if (end.at < start.at || (start.all_day && end.at == start.at)) return refuse::time_range_empty();
        return {};
    }

    Refusal recurrence() {
        const json* value = member(body_, "recurrence");
        if (value == nullptr) return {};
        std::vector<std::string> lines;
        if (!value->is_null()) {
            if (!value->is_array()) return bad_value("recurrence");
            for (const json& line : *value) {
                if (!line.is_string()) return bad_value("recurrence");
                lines.push_back(line.get<std::string>());
            }
        }
        const Refusal invalid = refuse::invalid("Invalid recurrence rule.", "recurrence holds RFC 5545 lines without DTSTART");
        if (lines.size() > limits::max_recurrence_lines) return invalid;
        if (!lines.empty() && !edit_.event.start.all_day && !explicit_zone_)
            return refuse::required("Missing time zone definition for start time.");
        recurrence::Series series;
        const std::chrono::seconds length = edit_.event.end.at - edit_.event.start.at;
        if (!lines.empty() && !make_series(edit_.event.start, length, lines, series)) return invalid;
        edit_.recurrence = std::move(lines);
        edit_.sets |= member_recurrence;
        return {};
    }

    Refusal attendees() {
        const json* omitted = member(body_, "attendeesOmitted");
        edit_.own_answer_only = kind_ == BodyKind::patch && omitted != nullptr && omitted->is_boolean() && omitted->get<bool>();
        const json* value = member(body_, "attendees");
        if (value == nullptr) return {};
        edit_.sets |= member_attendees;
        return merge_attendees(*value, edit_.own_answer_only, edit_.event);
    }

    Refusal properties() {
        const json* both = member(body_, "extendedProperties");
        if (both == nullptr) return {};
        if (both->is_null()) {
            edit_.own.private_properties.clear();
            edit_.event.rest.edit().shared_properties.clear();
            edit_.sets |= member_private_properties | member_shared_properties;
            return {};
        }
        if (!both->is_object()) return bad_value("extendedProperties");
        if (Refusal r = properties_of(*both, "private", edit_.own.private_properties, member_private_properties)) return r;
        return properties_of(*both, "shared", edit_.event.rest.edit().shared_properties, member_shared_properties);
    }

    Refusal properties_of(const json& both, const char* which, Properties& to, std::uint32_t bit) {
        const json* values = member(both, which);
        if (values == nullptr) return {};
        edit_.sets |= bit;
        return merge_properties(*values, to);
    }

    Refusal reminders() {
        const json* value = member(body_, "reminders");
        if (value == nullptr) return {};
        edit_.sets |= member_reminders;
        return merge_reminders(*value, edit_.own.reminders);
    }

    Refusal enums() {
        std::string name;
        if (Refusal r = text("status", name, 20, member_status)) return r;
        if (member(body_, "status") != nullptr && !name.empty()) {
            if (name != "confirmed" && name != "tentative" && name != "cancelled") return bad_value("status");
            edit_.event.status = name == "confirmed"   ? Status::confirmed
                                 : name == "tentative" ? Status::tentative
                                                       : Status::cancelled;
        }
        name.clear();
        if (Refusal r = text("transparency", name, 20, member_transparency)) return r;
        if (member(body_, "transparency") != nullptr) {
            if (!name.empty() && name != "opaque" && name != "transparent") return bad_value("transparency");
            edit_.own.transparent = name == "transparent";
        }
        name.clear();
        if (Refusal r = text("visibility", name, 20, member_visibility)) return r;
        if (member(body_, "visibility") == nullptr) return {};
        if (name.empty() || name == "default") edit_.own.visibility = Visibility::normal;
        else if (name == "public") edit_.own.visibility = Visibility::public_;
        else if (name == "private") edit_.own.visibility = Visibility::private_;
        else if (name == "confidential") edit_.own.visibility = Visibility::confidential;
        else return bad_value("visibility");
        return {};
    }

    Refusal rights() {
        const auto flag = [&](const char* name, bool& to, bool by_default) -> Refusal {
            const json* value = member(body_, name);
            if (value == nullptr) return {};
            if (!value->is_boolean() && !value->is_null()) return bad_value(name);
            to = value->is_null() ? by_default : value->get<bool>();
            edit_.sets |= member_guest_rights;
            return {};
        };
        if (Refusal r = flag("guestsCanModify", edit_.event.guests_can_modify, false)) return r;
        if (Refusal r = flag("guestsCanInviteOthers", edit_.event.guests_can_invite, true)) return r;
        if (Refusal r = flag("guestsCanSeeOtherGuests", edit_.event.guests_can_see_guests, true)) return r;
        return flag("anyoneCanAddSelf", edit_.event.anyone_can_add_self, false);
    }

    Refusal opaque(bool conference_allowed) {
        for (const Opaque which : {Opaque::conference, Opaque::gadget, Opaque::source, Opaque::out_of_office,
                                   Opaque::focus_time, Opaque::working_location, Opaque::birthday, Opaque::attachments}) {
            const std::string name(name_of(which));
            const json* value = member(body_, name.c_str());
            // conferenceDataVersion 0: the body's conference is ignored, existing data stays.
            if (value == nullptr || (which == Opaque::conference && !conference_allowed)) continue;
            edit_.sets |= member_opaque;
            if (value->is_null()) {
                edit_.event.rest.edit().opaque.erase(which);
                if (which == Opaque::conference) edit_.event.rest.edit().hangout_link.clear();
                continue;
            }
            if (which == Opaque::attachments ? !value->is_array() : !value->is_object()) return bad_value(name.c_str());
            if (which == Opaque::conference && value->contains("createRequest")) {
                const json& request = (*value)["createRequest"];
                const json* id = request.is_object() ? member(request, "requestId") : nullptr;
                if (id == nullptr || !id->is_string()) return refuse::required("Missing conference request id.");
                const json* key = member(request, "conferenceSolutionKey");
                const json* type = key != nullptr && key->is_object() ? member(*key, "type") : nullptr;
                // Calendars of Workspace have Meet only; the key may be left out.
                if (type != nullptr && *type != "hangoutsMeet") return refuse::invalid("Invalid conference type value.", "conferenceSolutionKey.type is hangoutsMeet");
                edit_.event.rest.edit().opaque[which] = meet_conference(id->get_ref<const std::string&>(), edit_.event.rest.edit().hangout_link);
                continue;
            }
            json merged = *value;
            if (const auto is = edit_.event.rest->opaque.find(which); is != edit_.event.rest->opaque.end() && value->is_object()) {
                merged = json::parse(is->second, nullptr, false);
                merged.merge_patch(*value);
            }
            if (Refusal r = check_kept_member(which, merged)) return r;
            if ((which == Opaque::out_of_office || which == Opaque::focus_time) && merged.is_object()) note_auto_decline(edit_.event.rest.edit(), merged);
            edit_.event.rest.edit().opaque[which] = merged.dump(-1, ' ', false, json::error_handler_t::replace);
        }
        return {};
    }

    Refusal status_events() const {
        return check_status_event(edit_);
    }

    const json& body_;
    const BodyKind kind_;
    const View* base_;
    const std::string& zone_;
    Edit& edit_;
    bool explicit_zone_ = false;
};

}  // namespace

Refusal parse_event(std::string_view body, BodyKind kind, const View* base, const std::string& zone,
                    bool conference_allowed, Edit& edit) {
    nlohmann::json object;
    if (Refusal refusal = read_object(body, object)) return refusal;
    return EventReader(object, kind, base, zone, edit).read(conference_allowed);
}

}  // namespace fakes::google
