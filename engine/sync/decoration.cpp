#include "engine/sync/decoration.hpp"

#include <algorithm>

#include "engine/meeting/jwe.hpp"
#include "engine/sync/records.hpp"
#include "engine/text/join_block.hpp"
#include "engine/text/join_links.hpp"
#include "engine/text/keywords.hpp"
#include "engine/text/notices.hpp"

namespace engine::sync {
namespace {

constexpr int kWriteTries = 5;

std::string_view trimmed_end(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == ';' || text.back() == ',')) text.remove_suffix(1);
    return text;
}

/// Our details stand in the event. What the record remembers but the text no longer says was taken out by people.
bool holds_details(const ProviderEvent& event) {
    const std::optional<JoinRecord> record = JoinRecord::from(event.own_record);
    const bool names_link = record && !record->url.empty() &&
                            (event.location.find(record->url) != std::string::npos ||
                             event.body.find(record->url) != std::string::npos);
    return names_link || text::count_join_blocks(event.body) > 0;
}

/// People wrote the text anew under a keyword that stands: only the location still names what our details joined.
/// That link is no pasted one (known issues: deleted links make way for the service's own).
bool lost_block(const ProviderEvent& event, const JoinRecord& record) {
    return event.location.find(record.url) != std::string::npos && event.body.find(record.url) == std::string::npos &&
           text::count_join_blocks(event.body) == 0;
}

}  // namespace

Decoration::Asked Decoration::asked_for(const Mailbox& mailbox, const ProviderEvent& event,
                           std::span<const ProviderEvent> occurrences) const {
    if (mailbox.ref.is_room || event.status_only) return Asked::no;
    // The cheap look first: almost no event holds a keyword.
    if (event.location.find('@') == std::string::npos) return Asked::no;
    meeting::DecorateQuestion question;
    question.has_keyword = text::find_keyword(event.location, config_.policies).has_value();
    if (!question.has_keyword) return Asked::no;
    // Neither is written to, whatever its texts say; so these need not be read through.
    if (!event.is_organizer || (!event.own_record.empty() && holds_details(event))) return Asked::no;
    question.user_is_organizer = event.is_organizer;
    question.is_cancelled = event.cancelled;
    question.shape = event.shape;
    question.start = span_of(event, mailbox.settings).start;
    question.has_horizon = config_.provider == Provider::microsoft;
    question.end = span_of(event, mailbox.settings).end;
    question.series_never_ends = event.series_never_ends;
    if (event.series_end) question.end = std::max(question.end, *event.series_end);
    for (const ProviderEvent& one : occurrences)
        question.end = std::max(question.end, span_of(one, mailbox.settings).end);
    question.has_webex_link = text::has_webex_link(event.location, event.body, event.body_is_html);
    question.invitees = invitees(event);
    const meeting::DecorateAnswer answer = meeting::should_decorate(question, ports_.clock.now(), config_.policies);
    if (answer.reason == meeting::DecorateReason::too_far_ahead) return Asked::later;
    return answer.decorate ? Asked::yes : Asked::no;
}

Task<Outcome<std::optional<JoinRecord>>> Decoration::place_for(Mailbox& mailbox, const ProviderEvent& event) {
    Outcome<std::optional<JoinRecord>> outcome;
    const std::optional<text::Keyword> keyword = text::find_keyword(event.location, config_.policies);
    if (!keyword) co_return outcome;
    if (!organisation_.known) {
        mailbox.settings_missed = true;
        ports_.log.line(Log::Level::info, "decorate.settings_unknown user=" + mailbox.user_id);
        co_return outcome;
    }
    JoinRecord record;
    if (keyword->action == text::KeywordAction::personal_room) {
        if (mailbox.room_url.empty()) {
            mailbox.room_missed = true;
            ports_.log.line(Log::Level::warning, "decorate.no_personal_room user=" + mailbox.user_id);
            co_return outcome;
        }
        record.url = mailbox.room_url;
        record.sip = mailbox.room_sip;
        record.number = mailbox.room_number;
        outcome.value = std::move(record);
        co_return outcome;
    }
    if (keyword->action == text::KeywordAction::space && invitees(event) > config_.policies.space_invitees_max) {
        Failure untold = co_await tell_space_limit(mailbox, event);
        if (untold.any()) co_return Outcome<std::optional<JoinRecord>>::failed(std::move(untold));
        co_return outcome;
    }
    Outcome<PlaceTitle> title = co_await places_.seal_title(mailbox, event);
    if (!title.ok()) co_return Outcome<std::optional<JoinRecord>>::failed(std::move(title.failure));
    const std::string client_id = places_.client_id(mailbox, event.uid);
    Outcome<MeetingPlace> place;
    const Span span = span_of(event, mailbox.settings);
    const int minutes = minutes_between(span.start, span.end);
    if (keyword->action == text::KeywordAction::space) {
        std::set<std::string> members;
        for (const std::string& one : title.value.people) {
            const Mailbox* member = people_.find(one);
            if (member != nullptr && !member->ref.is_room) members.insert(one);
        }
        place = co_await cloud_.make_space(client_id, title.value.sealed, title.value.key_uri, members);
        record.is_space = true;
    } else {
        places_.intend(mailbox, event);
        place = co_await cloud_.make_meeting(client_id, title.value.sealed, title.value.key_uri, span.start, minutes, mailbox.user_id);
        record.is_one_time = true;
    }
    if (!place.ok()) co_return Outcome<std::optional<JoinRecord>>::failed(std::move(place.failure));
    record.url = place.value.url;
    record.sip = place.value.sip;
    record.number = place.value.number;
    record.conversation_id = place.value.conversation_id;
    if (!place.value.made_before) {
        Place made;
        made.uid = event.uid;
        made.url = record.url;
        made.id = record.is_space ? record.conversation_id : record.number;
        made.is_space = record.is_space;
        made.start = span.start;
        made.minutes = minutes;
        made.title_digest = places_.title_digest(event.subject);
        made.key_uri = title.value.key_uri;
        places_.remember(mailbox, event.id, std::move(made));
    }
    outcome.value = std::move(record);
    co_return outcome;
}

Task<Failure> Decoration::tell_space_limit(Mailbox& mailbox, const ProviderEvent& event) {
    const std::string id = records_.blind("space limit " + mailbox.user_id + " " + event.uid);
    if (told_.contains(id)) co_return Failure{};
    const Languages speak = languages(mailbox);
    text::SpaceLimit limit;
    limit.invitees = invitees(event);
    limit.most = config_.policies.space_invitees_max;
    limit.start = span_of(event, mailbox.settings).start;
    limit.zone = mailbox.settings.zone;
    const std::string tag(text::block_language(speak.first, speak.second));
    const std::string notice = text::space_limit_notice(limit, tag);
    ports_.log.line(Log::Level::info, "decorate.space_limit user=" + mailbox.user_id);
    Failure failure = co_await cloud_.post_notice(mailbox.user_id, id, "SPACE_LIMIT", tag, notice);
    if (!failure.any()) told_.insert(id);
    co_return failure;
}

bool Decoration::to_be_removed(const Mailbox& mailbox, const ProviderEvent& event) const {
    return config_.policies.remove_details_with_keyword && !mailbox.ref.is_room && event.is_organizer && !event.cancelled &&
           !event.own_record.empty() && text::count_join_blocks(event.body) > 0 &&
           !text::find_keyword(event.location, config_.policies);
}

Task<Outcome<ProviderEvent>> Decoration::remove_details(Mailbox& mailbox, ProviderEvent event) {
    JoinPatch patch;
    patch.event_id = event.id;
    patch.etag = event.etag;
    patch.keeps_location = true;  // people have just written it
    patch.body_is_html = event.body_is_html;
    patch.body = text::strip_join_block(event.body, event.body_is_html);
    patch.own_record = JoinRecord{}.text();
    Outcome<ProviderEvent> written = co_await provider_.patch_join(mailbox.ref, patch);
    if (written.ok()) {
        ports_.log.line(Log::Level::info, "decorate.removed user=" + mailbox.user_id);
        co_return written;
    }
    const bool look = written.failure.kind == Failure::Kind::stale || written.failure.kind == Failure::Kind::unclear ||
                      written.failure.kind == Failure::Kind::malformed;
    if (!look) co_return written;
    // Changed under us, or done already: the change brings a look of its own, what stands there now is published.
    Outcome<ProviderEvent> fresh = co_await provider_.get(mailbox.ref, event.id);
    co_return fresh;
}

bool Decoration::is_outdated(const Mailbox& mailbox, const ProviderEvent& event) const {
    if (mailbox.ref.is_room || !event.is_organizer || event.cancelled || event.own_record.empty()) return false;
    const std::optional<JoinRecord> record = JoinRecord::from(event.own_record);
    if (!record || record->url.empty()) return false;
    if (places_.is_dead(record->url)) return true;
    if (lost_block(event, *record)) return true;
    if (!config_.policies.remove_details_with_keyword || event.location.find(record->url) != std::string::npos) return false;
    const std::optional<text::Keyword> keyword = text::find_keyword(event.location, config_.policies);
    if (!keyword || text::count_join_blocks(event.body) == 0) return false;
    return record->is_space != (keyword->action == text::KeywordAction::space) || record->is_one_time != (keyword->action == text::KeywordAction::one_time);
}

ProviderEvent Decoration::without_details(ProviderEvent event) {
    const std::optional<JoinRecord> record = JoinRecord::from(event.own_record);
    const std::string written = record ? " " + record->url : std::string();
    for (std::string* text : {&event.location, &event.locations_json})
        if (const std::size_t at = written.empty() ? std::string::npos : text->find(written); at != std::string::npos) text->erase(at, written.size());
    event.body = text::strip_join_block(event.body, event.body_is_html);
    event.own_record.clear();
    return event;
}

Decoration::Languages Decoration::languages(const Mailbox& mailbox) const {
    const std::string& schedulers = mailbox.settings.language;
    const std::string& organisations = organisation_.language.empty() ? config_.default_language : organisation_.language;
    switch (config_.policies.locale_fallback) {
        case LocaleFallback::organisation_first:
            if (!organisation_.language.empty()) return {organisations, schedulers};
            break;
        case LocaleFallback::scheduler_only: return {schedulers, "en"};
        case LocaleFallback::scheduler_first: break;
    }
    return {schedulers, organisations};
}

Task<Outcome<ProviderEvent>> Decoration::decorate(Mailbox& mailbox, ProviderEvent event) {
    Outcome<ProviderEvent> outcome;
    Outcome<std::optional<JoinRecord>> place = co_await place_for(mailbox, event);
    if (!place.ok() && place.failure.passing()) {
        outcome.failure = std::move(place.failure);
        co_return outcome;
    }
    if (!place.ok() || !place.value) {
        if (!place.ok())
            ports_.log.line(Log::Level::warning,
                            "decorate.no_place user=" + mailbox.user_id + " " + describe(place.failure));
        outcome.value = std::move(event);
        co_return outcome;
    }
    // Language as it is now: a change counts for the next meeting that is scheduled, not from tomorrow on.
    if (!mailbox.ref.is_room) {
        Outcome<MailboxSettings> settings = co_await provider_.settings(mailbox.ref);
        if (settings.ok()) mailbox.settings = std::move(settings.value);
    }
    const JoinRecord& record = *place.value;
    text::JoinDetails details;
    details.url = record.url;
    details.sip = record.sip;
    details.meeting_number = record.number;
    details.is_space = record.is_space;
    details.host_name = record.is_space ? std::string() : mailbox.name;
    const Languages speak = languages(mailbox);
    const text::JoinBlock block =
        text::make_join_block(details, speak.first, speak.second, organisation_.invitation);

    const std::span<const ProviderEvent> none;
    for (int tries = 0; tries < kWriteTries; ++tries) {
        JoinPatch patch;
        patch.event_id = event.id;
        patch.etag = event.etag;
        patch.location = std::string(trimmed_end(event.location)) + " " + record.url;
        patch.body_is_html = event.body_is_html;
        patch.body = event.body_is_html ? text::splice_html(event.body, block.html)
                                        : text::splice_text(event.body, block.text);
        patch.own_record = record.text();
        patch.join_url = record.url;
        patch.locations_json = event.locations_json;
        Outcome<ProviderEvent> written = co_await provider_.patch_join(mailbox.ref, patch);
        if (written.ok()) {
            written.value.own_record = patch.own_record;
            ports_.log.line(Log::Level::info, "decorate.done user=" + mailbox.user_id + " language=" + block.locale);
            co_return written;
        }
        const bool look = written.failure.kind == Failure::Kind::stale ||
                          written.failure.kind == Failure::Kind::unclear ||
                          written.failure.kind == Failure::Kind::malformed;
        if (!look) {
            if (written.failure.passing() || written.failure.kind == Failure::Kind::gone) co_return written;
            ports_.log.line(Log::Level::warning,
                            "decorate.refused user=" + mailbox.user_id + " " + describe(written.failure));
            outcome.value = std::move(event);
            co_return outcome;
        }
        // Changed under us, or perhaps written already: only a fresh look may decide on another write.
        Outcome<ProviderEvent> fresh = co_await provider_.get(mailbox.ref, event.id);
        if (!fresh.ok()) co_return fresh;
        event = std::move(fresh.value);
        if (asked_for(mailbox, event, none) != Asked::yes) {
            outcome.value = std::move(event);
            co_return outcome;
        }
    }
    outcome.failure.kind = Failure::Kind::unavailable;
    outcome.failure.code = "changing_too_fast";
    co_return outcome;
}

}  // namespace engine::sync
