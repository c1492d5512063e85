#pragma once
// events.list and events.instances: filters, order, pages, sync tokens (facts/google.md 6.1, 6.2).
#include <functional>
#include <string>

#include "fakes/google/calendars.hpp"
#include "fakes/google/marks.hpp"
#include "fakes/google/query.hpp"
#include "fakes/google/render.hpp"

namespace fakes::google {

/// `,"defaultReminders":[...]`.
void append_default_reminders(std::string& out, const Calendar& calendar);

class Listing {
  public:
    Listing(Calendars& calendars, Renderings& renderings, std::uint64_t seal_key)
        : calendars_(calendars), renderings_(renderings), seal_key_(seal_key) {}

    /// `caller` reads `calendar` in `role` (reader or more).
    Refusal list(Calendar& calendar, std::string_view caller, AccessRole role, const Parameters& parameters, bool pretty,
                 Instant now, std::string& body, std::string& etag);
    Refusal instances(const View& master, AccessRole role, const Parameters& parameters, bool pretty, Instant now,
                      std::string& body, std::string& etag);
    /// What a watch with these parameters is about: the rows that such a list would hold, deleted ones too. Empty, with or
    /// without a refusal: the parameters narrow nothing.
    using Admits = std::function<bool(Calendar&, Row&, Instant)>;
    Refusal narrow(const Calendar& calendar, std::string_view caller, AccessRole role, const Parameters& parameters, Instant now, Admits& admits);
    /// Sync tokens issued so far are no longer valid.
    void expire_sync_tokens() { ++epoch_; }
    std::uint64_t epoch() const { return epoch_; }

  private:
    struct Asked;
    struct Item {
        std::int64_t first = 0, second = 0, third = 0;  // key: pages go on after the last one given
        View view;
    };

    Refusal read(const Calendar& calendar, std::string_view caller, AccessRole role, const Parameters& parameters,
                 Instant now, Asked& asked) const;
    Refusal read_sync_token(const Calendar& calendar, std::uint64_t reader, const std::string& text, Instant now,
                            Asked& asked) const;
    std::vector<Item> collect(Calendar& calendar, const Asked& asked, Instant now);
    void collect_news(Calendar& calendar, const Asked& asked, Instant now, std::vector<Item>& items);
    void collect_by_start(Calendar& calendar, const Asked& asked, bool deleted_too, Instant now, std::vector<Item>& items);
    void collect_by_ordinal(Calendar& calendar, const Asked& asked, bool deleted_too, Instant now, std::vector<Item>& items);
    void collect_by_updated(Calendar& calendar, const Asked& asked, bool deleted_too, Instant now, std::vector<Item>& items);
    bool is_listed(const Calendar& calendar, const View& view, const Asked& asked, bool deleted_too, Seconds from, Seconds to);
    bool fits(const View& view, const Asked& asked) const;
    void write(std::string& body, const Calendar& calendar, AccessRole role, const std::string& etag,
               std::string_view token_name, const std::string& token, const std::vector<Item>& items, std::size_t shown,
               Shown how);

    Calendars& calendars_;
    Renderings& renderings_;
    std::uint64_t seal_key_;
    std::uint64_t epoch_ = 0;
    std::size_t last_item_bytes_ = 512;  // what the last list needed per item
};

}  // namespace fakes::google
